#include <string.h>
#include "keys.h"

static const struct {
    int code;
    const char *name;
} keys[] = {
    { .code = 0, .name = "key-escape" },
    { .code = 1, .name = "key-tab" },
    { .code = 2, .name = "key-enter" },
    { .code = 3, .name = "key-shift" },
    { .code = 4, .name = "key-control" },
    { .code = 5, .name = "key-alt" },
    { .code = 6, .name = "key-meta" },
    { .code = 7, .name = "key-space" },
    { .code = 8, .name = "key-left" },
    { .code = 9, .name = "key-right" },
    { .code = 10, .name = "key-up" },
    { .code = 11, .name = "key-down" },
    { .code = 12, .name = "key-home" },
    { .code = 13, .name = "key-end" },
    { .code = 14, .name = "key-insert" },
    { .code = 15, .name = "key-delete" },
    { .code = 16, .name = "key-pageup" },
    { .code = 17, .name = "key-pagedown" },
    { .code = 18, .name = "key-backspace" },
    { .code = 19, .name = "key-pause" },
    { .code = 20, .name = "key-print" },
    { .code = 21, .name = "key-capslock" },
    { .code = 22, .name = "key-numlock" },
    { .code = 23, .name = "key-scroll" },
    { .code = 24, .name = "key-f1" },
    { .code = 25, .name = "key-f2" },
    { .code = 26, .name = "key-f3" },
    { .code = 27, .name = "key-f4" },
    { .code = 28, .name = "key-f5" },
    { .code = 29, .name = "key-f6" },
    { .code = 30, .name = "key-f7" },
    { .code = 31, .name = "key-f8" },
    { .code = 32, .name = "key-f9" },
    { .code = 33, .name = "key-f10" },
    { .code = 34, .name = "key-f11" },
    { .code = 35, .name = "key-f12" },
    { .code = 36, .name = "key-menu" },
    { .code = 37, .name = "key-help" },
    { .code = 38, .name = "key-undo" },
    { .code = 39, .name = "key-redo" },
    { .code = 40, .name = "key-cut" },
    { .code = 41, .name = "key-copy" },
    { .code = 42, .name = "key-paste" },
    { .code = 43, .name = "key-find" },
    { .code = 44, .name = "key-open" },
    { .code = 45, .name = "key-close" },
    { .code = 46, .name = "key-save" },
    { .code = 47, .name = "key-play" },
    { .code = 48, .name = "key-stop" },
    { .code = 49, .name = "key-next" },
    { .code = 50, .name = "key-previous" },
    { .code = 51, .name = "key-mute" },
    { .code = 52, .name = "key-louder" },
    { .code = 53, .name = "key-quieter" },
    { .code = 54, .name = "key-brighter" },
    { .code = 55, .name = "key-darker" },
    { .code = 56, .name = "key-sleep" },
    { .code = 57, .name = "key-wake" },
    { .code = 58, .name = "key-power" },
    { .code = 59, .name = "key-eject" },
    { .code = 60, .name = "key-mail" },
    { .code = 61, .name = "key-search" },
};

const char *key_name(int code)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].code == code) {
            return keys[i].name;
        }
    }
    return "unknown";
}

int key_code(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return keys[i].code;
        }
    }
    return -1;
}
