set -eu
[ "$(sh tool.sh --upper a b)" = 'A B' ] && echo passed
