#!/bin/sh
. ./lib/copy.sh
folder=$1
shift
copy_all "$folder" "$@"
