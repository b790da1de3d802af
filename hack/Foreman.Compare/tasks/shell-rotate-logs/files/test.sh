set -eu
rm -f app.log*
for i in 1 2 3 4; do
    echo "$i" > app.log
    sh rotate.sh
done
cat app.log.1 app.log.2 app.log.3 | tr '\n' ' '
rm -f app.log*
