#include <stdio.h>

int main(void) {
    char c = 127; signed char sc = -128; unsigned char uc = 255;
    short s = 32767; unsigned short us = 65535; _Bool b = 5;
    c++; printf("%d\n", c); c += 200; printf("%d\n", c);
    sc--; printf("%d\n", sc); uc++; printf("%d\n", uc); uc -= 1; printf("%d\n", uc);
    s++; printf("%d\n", s); us++; printf("%d\n", us); us--; printf("%d\n", us);
    printf("%d\n", b); b = 0; b--; printf("%d\n", b); b = 0.5; printf("%d\n", b);
    c = 300; printf("%d\n", c); uc = -1; printf("%d %d\n", uc, uc + 1);
    s = 70000; printf("%d\n", s); us = -5; printf("%d\n", us);
    c = 'a'; c ^= 0x20; printf("%c\n", c);
    uc = 200; c = uc; printf("%d %d\n", c, uc == c);
    printf("%d\n", (unsigned char)(char)-1); printf("%d\n", (char)200);
    printf("%lu\n", (unsigned long)(int)-1); printf("%ld\n", (long)(unsigned)-1);
    printf("%d\n", (short)0x12345678); printf("%u\n", (unsigned short)0xffff1234);
    c = 10; printf("%d\n", c++ + ++c); printf("%d\n", sc >> 1); uc = 0x81; printf("%d %d\n", uc << 1, (unsigned char)(uc << 1));
    return 0;
}
