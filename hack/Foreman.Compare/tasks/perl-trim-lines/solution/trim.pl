use strict;
use warnings;

my @lines = <STDIN>;
for my $line (@lines) {
    $line =~ s/\s+$/\n/;
}
pop @lines while @lines && $lines[-1] eq "\n";
print @lines;
