#include <string.h>
#include "reverse.h"

void reverse(char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        char kept = text[i];
        text[i] = text[length - i];
        text[length - i] = kept;
    }
}
