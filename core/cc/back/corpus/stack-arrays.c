#include <stdio.h>

int sum(int n) { int a[1000], i, s = 0; for (i = 0; i < 1000; i++) a[i] = n + i; if (n > 0) s = sum(n - 1); for (i = 0; i < 1000; i += 100) s += a[i]; return s; } long walk(int d) { char pad[5000]; pad[0] = d; pad[4999] = d + 1; long r = d ? walk(d - 1) : 0; return r + pad[0] + pad[4999]; } int main(void) { char b[10000]; int i, n = 0; for (i = 0; i < 10000; i++) b[i] = i; for (i = 0; i < 10000; i++) n += b[i]; printf("%d %d %ld\n", n, sum(20), walk(100)); return 0; }
