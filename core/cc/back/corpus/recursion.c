#include <stdio.h>

int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
int fact(int n) { if (n <= 1) return 1; return n * fact(n - 1); }
int ack(int m, int n) { if (m == 0) return n + 1; if (n == 0) return ack(m - 1, 1); return ack(m - 1, ack(m, n - 1)); }
int even(int n); int odd(int n) { return n == 0 ? 0 : even(n - 1); } int even(int n) { return n == 0 ? 1 : odd(n - 1); }
void hanoi(int n, char a, char b, char c, int *k) { if (n == 0) return; hanoi(n - 1, a, c, b, k); (*k)++; if (n > 3) printf("%c%c ", a, c); hanoi(n - 1, b, a, c, k); }
long gcd(long a, long b) { return b ? gcd(b, a % b) : a; }
int main(void) { int k = 0; printf("%d %d %d\n", fib(20), fact(10), ack(2, 9)); printf("%d %d\n", even(1000), odd(1001)); hanoi(6, 'A', 'B', 'C', &k); printf("%d\n", k); printf("%ld\n", gcd(1071, 462)); return fib(10); }
