#include <stdlib.h>
int main(void) { void *p = malloc(24); free(p); free(p); return 0; }
