set -eu
printf 'a b c\nd' > one.tmp
[ "$(sh count.sh one.tmp)" = 4 ] && echo passed
rm one.tmp
