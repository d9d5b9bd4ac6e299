#include <stdlib.h>
#include <string.h>
int main(void) { char *p = malloc(24), *q = malloc(24); memset(p, 'A', 40); free(q); return 0; }
