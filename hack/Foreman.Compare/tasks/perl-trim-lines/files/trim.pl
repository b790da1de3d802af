use strict;
use warnings;

my @lines = <STDIN>;
for my $line (@lines) {
    $line =~ s/^\s+//;
}
print @lines;
