[ "$(sh tool.sh --upper x Y)" = 'X Y' ]; [ "$(sh tool.sh --lower x Y)" = 'x y' ]; [ "$(sh tool.sh x Y)" = 'x Y' ]; grep -q -e --upper README.txt
code=0; sh tool.sh --other || code=$?; [ "$code" -eq 2 ]
