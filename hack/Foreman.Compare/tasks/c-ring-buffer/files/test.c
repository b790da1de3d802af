#include <stdio.h>
#include "ring.h"

int main(void)
{
    struct ring ring = { { 0 }, 0, 0 };
    int value = 0;
    int ok = !ring_get(&ring, &value);
    for (int i = 0; i < RING_SIZE; i++) {
        ok = ok && ring_put(&ring, i);
    }
    ok = ok && !ring_put(&ring, 9) && ring_get(&ring, &value) && value == 0;
    puts(ok ? "passed" : "failed");
    return !ok;
}
