set -eu
[ "$(sh report.sh north)" = 17 ] && [ "$(sh report.sh west)" = 0 ] && echo passed
