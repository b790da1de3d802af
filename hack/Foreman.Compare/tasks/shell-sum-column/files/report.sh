#!/bin/sh
# Sum of the third column for one region.
awk -F, -v region="$1" '
    $1 == region {
        sum += $2
    }
    END {
        print sum
    }
' sales.csv
