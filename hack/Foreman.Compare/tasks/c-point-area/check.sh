cat > hidden.c <<'X'
#include "shape.h"
int main(void){struct point t[]={{0,0},{3,0},{0,4}}, u[]={{0,4},{3,0},{0,0}}; return area(t,3)!=6||area(u,3)!=6||perimeter(t,3)!=12;}
X
cc -o hidden hidden.c shape.c -lm; ./hidden
