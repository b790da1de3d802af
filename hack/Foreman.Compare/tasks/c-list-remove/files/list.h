struct node {
    int value;
    struct node *next;
};

struct node *list_add(struct node *list, int value);
struct node *list_remove(struct node *list, int value);
