#include <stdlib.h>
int main(void) { long *p[10]; int i; for (i = 0; i < 10; i++) p[i] = malloc(40); for (i = 0; i < 10; i++) free(p[i]); p[9][0] = 3; for (i = 0; i < 9; i++) malloc(40); return 0; }
