perl -Ilib -MStack -e 'my $s = Stack->new; exit 1 if defined $s->pop || defined $s->min; $s->push(5); $s->push(-2); exit 1 unless $s->min == -2; $s->pop; exit($s->min == 5 ? 0 : 1)'
