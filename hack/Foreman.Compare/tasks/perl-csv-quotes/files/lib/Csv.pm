package Csv;
use strict;
use warnings;

# The fields of one line.
sub fields {
    my ($line) = @_;
    chomp $line;
    my @fields;
    for my $field (split /,/, $line, -1) {
        $field =~ s/^"|"$//g;
        push @fields, $field;
    }
    return @fields;
}

1;
