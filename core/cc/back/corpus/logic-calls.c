#include <stdio.h>

int t(int x) { printf("t%d ", x); return 1; } int f(int x) { printf("f%d ", x); return 0; }
int main(void) {
    int a, b = 3;
    a = t(1) && f(2) && t(3); printf("= %d\n", a); a = f(1) || t(2) || f(3); printf("= %d\n", a); a = (t(1) && f(2)) || (t(3) && t(4)); printf("= %d\n", a);
    a = !(t(1) && t(2)); printf("= %d\n", a); if (f(1) || (t(2) && !f(3))) printf("yes\n"); else printf("no\n"); if (!(f(1) || t(2))) printf("yes\n"); else printf("no\n");
    a = b > 2 && t(9) ? t(5) + 10 : f(6); printf("= %d\n", a); a = f(1) ? 1 : f(2) ? 2 : t(3) ? 33 : 4; printf("= %d\n", a); a = (t(1), f(2), 7) + (t(3) ? 1 : 2) * (b && t(4)); printf("= %d\n", a);
    t(1) && f(2); printf("\n"); f(1) || (a = 99); printf("%d\n", a); a += t(1) ? b : f(0); printf("%d\n", a); while (t(1) && b-- > 1) ; printf("%d\n", b);
    a = b + t(7) * 2 - (f(8) - 5); printf("%d\n", a); (t(1) ? t : f)(3); printf("\n"); t(3) ? (void)f(4) : (void)t(5); printf("\n"); double d = t(1) + 0.5 * t(2); printf("%f\n", d); long l = (long)t(1) << 40 | f(2); printf("%ld\n", l);
    return 0;
}
