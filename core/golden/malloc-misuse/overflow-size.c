#include <stdlib.h>
int main(void) { long *p = malloc(2000), *q = malloc(2000); malloc(16); p[251] = 0x1001; free(q); return 0; }
