cat > hidden.c <<'X'
#include <stddef.h>
#include "list.h"
int main(void){struct node *l=list_add(list_add(list_add(NULL,2),7),1); l=list_remove(l,9); if(!l||l->value!=1)return 1; l=list_remove(l,7); if(!l||l->value!=1||!l->next||l->next->value!=2)return 3; l=list_remove(l,1); if(!l||l->value!=2||l->next)return 2; l=list_remove(l,2); return l!=NULL;}
X
cc -o hidden hidden.c list.c; ./hidden
