#include <stdlib.h>
int main(void) { long *p = malloc(24); long *q = malloc(24); free(p); q[1] = p[1]; free(q); p[1] = p[1]; free(p); return 0; }
