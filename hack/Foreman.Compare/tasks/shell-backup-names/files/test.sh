set -eu
echo x > 'a b.txt'
sh backup.sh out 'a b.txt'
[ -f 'out/a b.txt.bak' ] && echo passed
rm -r out 'a b.txt'
