#!/bin/sh
mode=none
while [ $# -gt 0 ]; do
    case $1 in
        --lower)
            mode=lower
            shift
            ;;
        --upper)
            mode=upper
            shift
            ;;
        --*)
            exit 2
            ;;
        *)
            break
            ;;
    esac
done
case $mode in
    lower) echo "$*" | tr '[:upper:]' '[:lower:]' ;;
    upper) echo "$*" | tr '[:lower:]' '[:upper:]' ;;
    *) echo "$*" ;;
esac
