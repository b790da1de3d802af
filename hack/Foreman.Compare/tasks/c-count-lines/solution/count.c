#include "count.h"

int count_lines(const char *text)
{
    int lines = 0;
    while (*text) {
        if (*text == '\n' || !text[1]) {
            lines++;
        }
        text++;
    }
    return lines;
}
