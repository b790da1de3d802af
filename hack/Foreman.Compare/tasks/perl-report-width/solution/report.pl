use strict;
use warnings;

open my $in, '<', 'items.txt' or die "items.txt: $!";
my @items;
while (my $line = <$in>) {
    chomp $line;
    my ($name, $price) = split /\t/, $line;
    push @items, [$name, $price];
}

my ($width, $total) = (length 'total', 0);
for my $item (@items) {
    $width = length $item->[0] if length $item->[0] > $width;
    $total += $item->[1];
}

for my $item (@items, ['total', $total]) {
    my ($name, $price) = @$item;
    printf "%-${width}s %6d\n", $name, $price;
}
