package Stack;
use strict;
use warnings;
use List::Util;

sub new {
    my ($class) = @_;
    return bless { items => [] }, $class;
}

sub push {
    my ($self, $value) = @_;
    push @{ $self->{items} }, $value;
}

sub pop {
    my ($self) = @_;
    if (!@{ $self->{items} }) {
        die "empty\n";
    }
    return pop @{ $self->{items} };
}

1;
