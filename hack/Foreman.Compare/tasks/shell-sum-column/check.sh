[ "$(sh report.sh south)" = 4 ]; [ "$(sh report.sh none)" = 0 ]; [ "$(sh report.sh region)" = 0 ]
