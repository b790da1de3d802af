[ "$(sh test.sh)" = '4 3 2 ' ]
