#include <stdlib.h>
int main(void) { long *p[10]; int i; for (i = 0; i < 10; i++) p[i] = malloc(40); for (i = 0; i < 10; i++) free(p[i]); p[8][-1] = 0x61; malloc(5000); return 0; }
