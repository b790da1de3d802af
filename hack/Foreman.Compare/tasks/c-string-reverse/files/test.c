#include <stdio.h>
#include <string.h>
#include "reverse.h"

int main(void)
{
    char text[] = "abc";
    reverse(text);
    puts(text);
    return strcmp(text, "cba") != 0;
}
