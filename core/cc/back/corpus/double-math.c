#include <stdio.h>

double horner(const double *c, int n, double x) { double r = 0; while (n-- > 0) r = r * x + c[n]; return r; }
float half(float x) { return x / 2; }
float addf(float a, double b, float c) { return a + b - c; }
int main(void) {
    double c[] = {1, -2.5, 3e-2, 4}; double s = 0, x; int i;
    for (i = 1; i <= 20; i++) s += 1.0 / i; printf("%.12f\n", s);
    for (x = -1; x <= 1; x += 0.25) printf("%.6f ", horner(c, 4, x)); printf("\n");
    printf("%e %g %g %g\n", 12345.678, 1e-10, 1e20, 0.0001); printf("%f\n", half(3.0f)); printf("%f\n", addf(1.5f, 2.25, 0.125f));
    x = 2; for (i = 0; i < 6; i++) x = (x + 2 / x) / 2; printf("%.15f\n", x); printf("%f %f\n", -x, +x);
    long double ld = 1.25L; ld = ld * 3; printf("%.3Lf\n", ld); printf("%d\n", (int)sizeof(long double)); x = 10; x++; --x; x--; printf("%f\n", x++); printf("%f\n", x);
    return 0;
}
