#!/bin/sh
# Sum of the third column for one region.
awk -F, -v region="$1" '
    NR > 1 && $1 == region {
        sum += $3
    }
    END {
        print sum + 0
    }
' sales.csv
