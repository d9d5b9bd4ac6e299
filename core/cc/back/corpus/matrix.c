#include <stdio.h>

#define N 12
double a[N][N], b[N][N], c[N][N]; void mul(double x[N][N], double y[][N], double (*z)[N]) { int i, j, k; for (i = 0; i < N; i++) for (j = 0; j < N; j++) { z[i][j] = 0; for (k = 0; k < N; k++) z[i][j] += x[i][k] * y[k][j]; } } int main(void) { int i, j; double tr = 0; for (i = 0; i < N; i++) for (j = 0; j < N; j++) { a[i][j] = i + j / 10.0; b[i][j] = i == j ? 2 : (i - j) * 0.01; } mul(a, b, c); for (i = 0; i < N; i++) tr += c[i][i]; printf("%.6f %.6f %.6f\n", tr, c[3][7], c[N - 1][0]); int t[3][2] = {{1, 2}, {3, 4}, {5, 6}}, s = 0, *p; for (p = &t[0][0]; p < &t[0][0] + 6; p++) s = s * 10 + *p; printf("%d %d\n", s, (int)(sizeof t / sizeof t[0])); return 0; }
