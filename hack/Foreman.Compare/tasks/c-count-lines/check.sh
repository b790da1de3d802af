cat > hidden.c <<'X'
#include "count.h"
int main(void){return count_lines("\n\nx")!=3||count_lines("x")!=1||count_lines("\n")!=1||count_lines("")!=0;}
X
cc -o hidden hidden.c count.c; ./hidden
