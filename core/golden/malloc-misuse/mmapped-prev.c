#include <stdlib.h>
int main(void) { long *p = malloc(400000); p[-2] = 24; free(p); return 0; }
