#include <stdlib.h>
int main(void) { char *p = malloc(100); free(p + 16); return 0; }
