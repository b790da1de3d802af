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
    for (struct node *at = list; at; at = at->next) {
        if (at->value == value) {
            return at->next;
        }
    }
    return list;
}
