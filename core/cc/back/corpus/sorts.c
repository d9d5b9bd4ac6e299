#include <stdio.h>

#include <stdlib.h>
#include <string.h>
#define N 200
int a[N]; static unsigned seed = 1; int rnd(void) { seed = seed * 1664525u + 1013904223u; return (int)(seed >> 8) % 1000; } void fill(void) { int i; seed = 1; for (i = 0; i < N; i++) a[i] = rnd(); } void bubble(int *v, int n) { int i, j; for (i = 0; i < n; i++) for (j = 0; j + 1 < n - i; j++) if (v[j] > v[j + 1]) { int t = v[j]; v[j] = v[j + 1]; v[j + 1] = t; } } void quick(int *v, int l, int r) { int i = l, j = r, p = v[(l + r) / 2]; do { while (v[i] < p) i++; while (p < v[j]) j--; if (i <= j) { int t = v[i]; v[i] = v[j]; v[j] = t; i++; j--; } } while (i <= j); if (l < j) quick(v, l, j); if (i < r) quick(v, i, r); } void merge(int *v, int n) { int b[N], i, j, k; if (n < 2) return; merge(v, n / 2); merge(v + n / 2, n - n / 2); for (i = 0, j = n / 2, k = 0; k < n; k++) b[k] = j >= n || (i < n / 2 && v[i] <= v[j]) ? v[i++] : v[j++]; memcpy(v, b, n * sizeof *v); }
unsigned hash(void) { unsigned h = 2166136261u; int i; for (i = 0; i < N; i++) { h ^= a[i]; h *= 16777619u; } return h; } int main(void) { fill(); bubble(a, N); printf("%d %d %u\n", a[0], a[N - 1], hash()); fill(); quick(a, 0, N - 1); printf("%u\n", hash()); fill(); merge(a, N); printf("%u\n", hash()); return 0; }
