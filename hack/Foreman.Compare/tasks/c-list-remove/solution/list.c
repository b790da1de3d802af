#include <stdlib.h>
#include "list.h"

struct node *list_add(struct node *list, int value)
{
    struct node *node = malloc(sizeof *node);
    node->value = value;
    node->next = list;
    return node;
}

struct node *list_remove(struct node *list, int value)
{
    for (struct node **link = &list; *link; link = &(*link)->next) {
        if ((*link)->value == value) {
            struct node *gone = *link;
            *link = gone->next;
            free(gone);
            break;
        }
    }
    return list;
}
