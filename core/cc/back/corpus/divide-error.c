#include <stdio.h>

int d(int a, int b) { return a / b; } int main(void) { printf("%d\n", d(7, 2)); printf("before\n"); fflush(stdout); printf("%d\n", d(1, 0)); printf("after\n"); return 0; }
