use strict;
use warnings;
use Stack;

my $stack = Stack->new;
$stack->push($_) for 3, 1, 2;
die "failed\n" unless $stack->min == 1;
print "passed\n";
