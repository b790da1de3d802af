cat > hidden.c <<'X'
#include <string.h>
#include "reverse.h"
int main(void){char a[]="", b[]="x", c[]="abcd"; reverse(a); reverse(b); reverse(c); return strcmp(a,"")||strcmp(b,"x")||strcmp(c,"dcba");}
X
cc -o hidden hidden.c reverse.c; ./hidden
