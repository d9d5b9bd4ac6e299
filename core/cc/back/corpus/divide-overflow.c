#include <stdio.h>

int main(void) { int a = -2147483647 - 1, b = -1; long l = 5; printf("%d\n", a % 3); printf("%ld %ld\n", l / -1, l % -1); printf("%d\n", -7 / b); fflush(stdout); a %= b; printf("after %d\n", a); return 0; }
