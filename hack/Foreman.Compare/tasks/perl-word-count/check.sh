perl -Ilib -MWords -e 'my $s = Words::counts("A-b (a-B) ... c"); exit(keys %$s == 2 && $s->{"a-b"} == 2 && $s->{c} == 1 ? 0 : 1)'
