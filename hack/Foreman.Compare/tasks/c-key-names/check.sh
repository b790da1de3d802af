cat > hidden.c <<'X'
#include <string.h>
#include "keys.h"
int main(void){return strcmp(key_name(0),"key-escape")||strcmp(key_name(61),"key-search")||strcmp(key_name(99),"unknown")||key_code("key-power")!=58||key_code("x")!=-1;}
X
cc -o hidden hidden.c keys.c; ./hidden
