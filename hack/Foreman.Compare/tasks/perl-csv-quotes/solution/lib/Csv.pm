package Csv;
use strict;
use warnings;

# The fields of one line.
sub fields {
    my ($line) = @_;
    chomp $line;
    my @fields;
    while ($line =~ /\G(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        $quoted =~ s/""/"/g if defined $quoted;
        push @fields, defined $quoted ? $quoted : $plain;
        last if $end eq '';
    }
    return @fields;
}

1;
