package Days;
use strict;
use warnings;

my %days = (
    en => [qw(Sunday Monday Tuesday Wednesday Thursday Friday Saturday)],
    de => [qw(Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag)],
    fr => [qw(dimanche lundi mardi mercredi jeudi vendredi samedi)],
    es => [qw(domingo lunes martes miercoles jueves viernes sabado)],
    it => [qw(domenica lunedi martedi mercoledi giovedi venerdi sabato)],
    nl => [qw(zondag maandag dinsdag woensdag donderdag vrijdag zaterdag)],
    pt => [qw(domingo segunda terca quarta quinta sexta sabado)],
    sv => [qw(sondag mandag tisdag onsdag torsdag fredag lordag)],
    pl => [qw(niedziela poniedzialek wtorek sroda czwartek piatek sobota)],
    cs => [qw(nedele pondeli utery streda ctvrtek patek sobota)],
    fi => [qw(sunnuntai maanantai tiistai keskiviikko torstai perjantai lauantai)],
    hu => [qw(vasarnap hetfo kedd szerda csutortok pentek szombat)],
    ro => [qw(duminica luni marti miercuri joi vineri sambata)],
    tr => [qw(pazar pazartesi sali carsamba persembe cuma cumartesi)],
);

my %months = (
    en => [qw(January February March April May June July August September October November December)],
    de => [qw(Januar Februar Maerz April Mai Juni Juli August September Oktober November Dezember)],
    fr => [qw(janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre)],
    es => [qw(enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre)],
    it => [qw(gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre)],
    nl => [qw(januari februari maart april mei juni juli augustus september oktober november december)],
);

sub day {
    my ($language, $n) = @_;
    my $names = $days{$language} or return undef;
    return $n >= 0 ? $names->[$n] : undef;
}

sub month {
    my ($language, $n) = @_;
    my $names = $months{$language} or return undef;
    return $n >= 1 ? $names->[$n - 1] : undef;
}

1;
