#include <stdlib.h>
int main(void) { long *p = malloc(2000); malloc(16); long *q = malloc(2000); malloc(16); free(p); free(q); malloc(5000); p[0] = (long)p; malloc(2000); malloc(2000); return 0; }
