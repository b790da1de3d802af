use strict;
use warnings;

open my $in, '<', 'items.txt' or die "items.txt: $!";
my @items;
while (my $line = <$in>) {
    chomp $line;
    my ($name, $price) = split /\t/, $line;
    push @items, [$name, $price];
}

for my $item (@items) {
    my ($name, $price) = @$item;
    printf "%-10.10s %6d\n", $name, $price;
}
