#include <stdlib.h>
int main(void) { long *p = malloc(24); p[-1] = 0x19; free(p); return 0; }
