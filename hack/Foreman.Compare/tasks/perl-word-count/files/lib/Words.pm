package Words;
use strict;
use warnings;

sub counts {
    my ($text) = @_;
    my %seen;
    for my $word (split /\s+/, $text) {
        if (length $word) {
            $seen{$word}++;
        }
    }
    return \%seen;
}

1;
