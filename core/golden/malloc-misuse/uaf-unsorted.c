#include <stdlib.h>
int main(void) { long *p = malloc(2000); malloc(16); free(p); p[1] = (long)p; malloc(3000); return 0; }
