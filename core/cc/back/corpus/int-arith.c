#include <stdio.h>

int main(void) {
    int a = 2147483647, b = -2147483647 - 1;
    unsigned u = 4294967295u;
    long l = 9223372036854775807L;
    unsigned long ul = 18446744073709551615UL;
    int i;
    a = a + 1; printf("%d\n", a);
    b = b - 1; printf("%d\n", b);
    u = u + 2; printf("%u\n", u);
    l = l + 1; printf("%ld\n", l);
    ul = ul + 1; printf("%lu\n", ul);
    printf("%d %d %d %d\n", 7 / 2, -7 / 2, 7 % 3, -7 % 3);
    for (i = -3; i <= 3; i++) if (i) printf("%d:%d,%d ", i, 100 / i, 100 % i);
    printf("\n");
    i = 12345; i *= i; printf("%d\n", i); i *= i; printf("%d\n", i);
    u = 40000; printf("%u\n", u * u * u);
    printf("%ld\n", (long)100000 * 100000);
    printf("%d\n", -(-2147483647 - 1));
    printf("%d %u\n", ~0, ~0u);
    return 0;
}
