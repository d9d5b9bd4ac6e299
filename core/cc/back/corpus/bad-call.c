#include <stdio.h>

int main(void) { void (*f)(void) = (void (*)(void))16; printf("start\n"); fflush(stdout); f(); return 0; }
