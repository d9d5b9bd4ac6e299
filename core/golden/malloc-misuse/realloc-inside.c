#include <stdlib.h>
int main(void) { char *p = malloc(40); realloc(p + 4, 100); return 0; }
