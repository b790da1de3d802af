package Words;
use strict;
use warnings;

sub counts {
    my ($text) = @_;
    my %seen;
    for my $word (split /\s+/, $text) {
        $word =~ s/^[^a-z0-9]+|[^a-z0-9]+$//gi;
        if (length $word) {
            $seen{lc $word}++;
        }
    }
    return \%seen;
}

1;
