#include <stdio.h>

char sieve[10000]; int main(void) { int i, j, n = 0; for (i = 2; i < 10000; i++) { if (sieve[i]) continue; n++; for (j = i + i; j < 10000; j += i) sieve[j] = 1; } printf("%d\n", n); for (i = 9900; i < 10000; i++) if (!sieve[i]) printf("%d ", i); printf("\n"); return 0; }
