#include <stdlib.h>
int main(void) { long *p = malloc(2000); malloc(16); long *q = malloc(2064); malloc(16); free(p); malloc(5000); p[3] = (long)(p + 100); free(q); malloc(5000); return 0; }
