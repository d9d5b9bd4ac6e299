#include <stdio.h>

int main(void) {
    double d[] = {0.0, 1.5, -1.5, 2147483647.5, 2147483648.0, -2147483648.5, -2147483649.0, 4294967296.5, 1e10, -1e10, 1e18, 1e19, -1e19, 1.8e19, 2e19, 1e300, -1e300};
    int i; volatile double z = 0; 
    for (i = 0; i < 17; i++) {
        printf("%d %u %ld %lu %d %d\n", (int)d[i], (unsigned)d[i], (long)d[i], (unsigned long)d[i], (char)d[i], (short)d[i]);
    }
    printf("%d %ld\n", (int)(z / z), (long)(z / z)); printf("%d %ld %lu\n", (int)(1 / z), (long)(1 / z), (unsigned long)(-1 / z));
    printf("%f %f %f\n", (double)-1, (double)4294967295u, (double)18446744073709551615ul);
    printf("%f %f\n", (float)16777217, (float)0.1); printf("%.10f\n", (float)0.1 + 0.1);
    float f = 1.0f / 3; double g = 1.0 / 3; printf("%.10f %.17f %d\n", f, g, f == g); f += 1; f *= 2; f -= 0.5; f /= 3; printf("%.9f\n", f);
    printf("%d\n", (int)3.99f); unsigned char uc = 300.7; printf("%d\n", (unsigned char)65.9); f = 1e30; f *= 1e30; printf("%f\n", f); printf("%d\n", f > 1e300);
    long l = 1L << 53; printf("%.1f %.1f\n", (double)(l + 1), (double)l); printf("%.1f\n", (double)(float)(l + 1)); i = 7; printf("%.3f %.3f\n", i / 2.0, i / 2 * 1.0); i += 2.7; printf("%d\n", i); i *= 1.5; printf("%d\n", i); printf("%d\n", (_Bool)0.1);
    return 0;
}
