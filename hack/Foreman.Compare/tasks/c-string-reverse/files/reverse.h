void reverse(char *text);
