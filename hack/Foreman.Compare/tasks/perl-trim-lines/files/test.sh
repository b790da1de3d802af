set -eu
[ "$(printf ' a  \nb\n\n \n' | perl trim.pl | od -c | head -1)" = "$(printf ' a\nb\n' | od -c | head -1)" ] && echo passed
