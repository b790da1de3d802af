copy_all() {
    target=$1
    shift
    mkdir -p "$target"
    for file in $*; do
        if [ -f $file ]; then
            cp $file "$target/$(basename $file).bak"
        fi
    done
}
