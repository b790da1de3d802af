#!/bin/sh
# Moves app.log to app.log.1, app.log.1 to app.log.2 and so on.
keep=3
n=$keep
while [ "$n" -gt 1 ]; do
    before=$((n - 1))
    if [ "$before" -gt 1 ] && [ -f "app.log.$before" ]; then
        mv "app.log.$before" "app.log.$n"
    fi
    n=$before
done
if [ -f app.log ]; then
    mv app.log app.log.1
fi
: > app.log
