#include <stdio.h>

int main(void) {
    int i, n; unsigned u = 0x80000001u; long l = -1; unsigned long ul = 1;
    for (i = 0; i < 32; i += 5) printf("%x %x ", u << i, u >> i);
    printf("\n");
    for (i = 0; i < 64; i += 9) printf("%lx %lx ", ul << i, (unsigned long)l >> i);
    printf("\n%d %d %ld\n", -8 >> 1, -1 >> 31, l >> 63);
    n = 33; i = 1; printf("%d\n", i << n);
    n = 65; ul = 1; printf("%lu\n", ul << n);
    n = -1; printf("%d\n", i << n);
    u = 0xf0f0f0f0; u >>= 4; u <<= 8; u ^= 0xff; u |= 0x10000; u &= ~3u; printf("%x\n", u);
    i = -100; i >>= 2; printf("%d\n", i); l = 1; l <<= 40; printf("%ld\n", l);
    printf("%d\n", 1 << 31 >> 31);
    return 0;
}
