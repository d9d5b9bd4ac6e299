#include <stdlib.h>
#include <string.h>
int main(void) { char *p = malloc(24); memset(p, 'A', 32); malloc(200000 - 70000); malloc(3000); return 0; }
