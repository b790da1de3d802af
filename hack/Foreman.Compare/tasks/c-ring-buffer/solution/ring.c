#include "ring.h"

int ring_put(struct ring *ring, int value)
{
    if (ring->count == RING_SIZE) {
        return 0;
    }
    ring->values[(ring->head + ring->count) % RING_SIZE] = value;
    ring->count++;
    return 1;
}

int ring_get(struct ring *ring, int *value)
{
    if (ring->count == 0) {
        return 0;
    }
    *value = ring->values[ring->head];
    ring->head = (ring->head + 1) % RING_SIZE;
    ring->count--;
    return 1;
}
