#include <stdio.h>

union u { int i; float f; unsigned char b[8]; double d; long l; }; struct v { int tag; union { int i; double d; char *s; }; };
void show(struct v v) { switch (v.tag) { case 0: printf("%d\n", v.i); break; case 1: printf("%g\n", v.d); break; case 2: printf("%s\n", v.s); } }
int main(void) { union u u; int i; u.f = 1.0f; printf("%x\n", u.i); u.d = -2.5; for (i = 0; i < 8; i++) printf("%02x ", u.b[i]); printf("\n"); u.l = 0; u.b[1] = 1; printf("%d\n", u.i); struct v a = {0, {5}}, b, c; b.tag = 1; b.d = 2.5; c.tag = 2; c.s = "str"; show(a); show(b); show(c); printf("%d\n", (int)sizeof(struct v)); union u w = {.d = 1}; union u x = w; printf("%lx\n", x.l); return 0; }
