#include <stdlib.h>
int main(void) { long *p[8], *q; int i; for (i = 0; i < 8; i++) p[i] = malloc(24); q = malloc(24); for (i = 0; i < 7; i++) free(p[i]); q[-1] = 0; free(p[7]); return 0; }
