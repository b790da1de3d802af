echo 1 > 'q r'; echo 2 > s
sh backup.sh 'o p' 'q r' s
[ "$(cat 'o p/q r.bak')" = 1 ]; [ "$(cat 'o p/s.bak')" = 2 ]
