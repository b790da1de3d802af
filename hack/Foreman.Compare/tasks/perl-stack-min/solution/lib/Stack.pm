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
    return pop @{ $self->{items} };
}

sub min {
    my ($self) = @_;
    return List::Util::min(@{ $self->{items} });
}

1;
