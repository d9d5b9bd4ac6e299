#include <stdlib.h>
int main(void) { long *p = malloc(2000), *q = malloc(2000); malloc(16); free(p); q[-2] = 0x100; free(q); return 0; }
