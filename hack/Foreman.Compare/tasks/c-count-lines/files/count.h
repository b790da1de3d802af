int count_lines(const char *text);
