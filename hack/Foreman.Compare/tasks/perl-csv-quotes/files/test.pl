use strict;
use warnings;
use Csv;

my @got = Csv::fields(qq(a,"b,c","d ""e"""\n));
die "failed: @got\n" unless "@got" eq 'a b,c d "e"' && @got == 3;
print "passed\n";
