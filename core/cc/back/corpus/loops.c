#include <stdio.h>

int f(int *n) { return ++*n; }
int main(void) {
    int i, j, n = 0; do { n += 3; } while (n < 10); printf("%d\n", n);
    while (n --> 5) printf("%d ", n); printf("\n");
    for (;;) { if (++n > 8) break; if (n % 2) continue; printf("e%d ", n); } printf("\n");
    for (i = 0, j = 10; i < j; i++, j--) printf("%d-%d ", i, j); printf("\n");
    do { if (n == 9) { n++; continue; } n += 5; } while (n < 20); printf("%d\n", n);
    n = 0; while (f(&n) < 5) ; printf("%d\n", n); for (; f(&n) < 9; ) { if (f(&n) == 8) break; } printf("%d\n", n); do ; while (f(&n) < 20 && f(&n) != 15); printf("%d\n", n);
    for (int k = 0; k < 3; k++) { int k = 7; printf("%d", k); } printf("\n"); for (i = 0; i < 3; f(&i)) printf("%d;", i); printf("\n"); for (char c = 'a'; c <= 'e'; c++) putchar(c); putchar('\n');
    return 0;
}
