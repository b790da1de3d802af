#define RING_SIZE 4

struct ring {
    int values[RING_SIZE];
    int head;
    int count;
};

int ring_put(struct ring *ring, int value);
int ring_get(struct ring *ring, int *value);
