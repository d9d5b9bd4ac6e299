#include <stdlib.h>
int main(void) { void *p[8]; int i; for (i = 0; i < 8; i++) p[i] = malloc(24); for (i = 0; i < 8; i++) free(p[i]); free(p[7]); return 0; }
