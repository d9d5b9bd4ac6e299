#include <stdio.h>

int main(void) { int *p = 0; char *s = "lit"; printf("start %c\n", s[0]); fflush(stdout); *p = 1; printf("after\n"); return 0; }
