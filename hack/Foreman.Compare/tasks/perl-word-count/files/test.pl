use strict;
use warnings;
use Words;

my $seen = Words::counts("The cat, the dog.");
die "failed\n" unless $seen->{the} == 2 && $seen->{cat} == 1 && $seen->{dog} == 1;
print "passed\n";
