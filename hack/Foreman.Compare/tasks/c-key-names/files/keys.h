const char *key_name(int code);
int key_code(const char *name);
