[ "$(sh status.sh 200)" = OK ]; [ "$(sh status.sh 511)" = 'Network Authentication Required' ]; [ "$(sh status.sh 418 || true)" = unknown ]; ! sh status.sh 999
