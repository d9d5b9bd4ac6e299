#include <stdlib.h>
int main(void) { char room[64]; char *p = room; free(p + 8 - ((unsigned long)p % 16) ); return 0; }
