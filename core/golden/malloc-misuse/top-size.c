#include <stdlib.h>
int main(void) { long *p = malloc(24); p[3] = -1; malloc(100); return 0; }
