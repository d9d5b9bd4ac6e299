#include <stdlib.h>
int main(void) { long *p = malloc(40), *q = malloc(40); q[-1] = 0x8; realloc(p, 100); return 0; }
