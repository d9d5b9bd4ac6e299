#include <stdlib.h>
int main(void) { long *p = malloc(24); p[3] = 0x101; malloc(1000); return 0; }
