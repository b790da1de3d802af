#include "count.h"

int count_lines(const char *text)
{
    int lines = 0;
    while (*text) {
        if (*text == '\n') {
            lines++;
        }
        text++;
    }
    return lines;
}
