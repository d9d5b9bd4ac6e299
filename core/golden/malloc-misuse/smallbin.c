#include <stdlib.h>
int main(void) { long *p[9]; int i; for (i = 0; i < 9; i++) { p[i] = malloc(200); malloc(16); } for (i = 0; i < 9; i++) free(p[i]); malloc(3000); p[7][1] = (long)(p[3] - 2); for (i = 0; i < 9; i++) malloc(200); return 0; }
