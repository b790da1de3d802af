#include <stdio.h>
#include "count.h"

int main(void)
{
    int ok = count_lines("a\nb") == 2 && count_lines("") == 0 && count_lines("a\n") == 1;
    puts(ok ? "passed" : "failed");
    return !ok;
}
