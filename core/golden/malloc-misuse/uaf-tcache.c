#include <stdlib.h>
int main(void) { long *p = malloc(24), *q = malloc(24); free(q); free(p); p[0] = 0x4141414141414141; malloc(24); malloc(24); return 0; }
