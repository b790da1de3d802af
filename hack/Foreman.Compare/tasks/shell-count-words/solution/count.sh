#!/bin/sh
# Prints the number of words of all files given.
total=0
for file in "$@"; do
    if [ -r "$file" ]; then
        words=$(wc -w <"$file")
        total=$((total + words))
    fi
done
echo "$total"
