#include <stdlib.h>
#include <string.h>
int main(void) { char room[96]; memset(room, 0, sizeof room); char *p = room + 32; p -= (unsigned long)p % 16; free(p); return 0; }
