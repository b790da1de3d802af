cat > hidden.c <<'X'
#include "ring.h"
int main(void){struct ring r={{0},0,0}; int v; for(int i=0;i<10;i++){ if(!ring_put(&r,i)||!ring_get(&r,&v)||v!=i) return 1;} for(int i=0;i<4;i++) ring_put(&r,i); if(ring_put(&r,5)) return 2; for(int i=0;i<4;i++) if(!ring_get(&r,&v)||v!=i) return 3; return ring_get(&r,&v);}
X
cc -o hidden hidden.c ring.c; ./hidden
