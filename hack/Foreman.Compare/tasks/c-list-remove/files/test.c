#include <stdio.h>
#include "list.h"

int main(void)
{
    struct node *list = list_add(list_add(list_add(NULL, 3), 2), 1);
    list = list_remove(list, 2);
    int ok = list && list->value == 1 && list->next && list->next->value == 3;
    puts(ok ? "passed" : "failed");
    return !ok;
}
