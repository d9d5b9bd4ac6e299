#include <stdlib.h>
int main(void) { long *p = malloc(24); free(p); p[1] = 0; free(p); malloc(24); malloc(24); return 0; }
