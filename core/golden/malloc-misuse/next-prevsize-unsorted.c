#include <stdlib.h>
int main(void) { long *p = malloc(2000), *q = malloc(16); free(p); q[-2] = 0x30; malloc(3000); return 0; }
