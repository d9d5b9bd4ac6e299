#include <stdio.h>

int dense(int x) { switch (x) { case 0: return 10; case 1: return 11; case 2: case 3: return 23; case 5: x = 100; case 6: return x; default: return -1; case 8: break; } return 88; }
int sparse(long x) { switch (x) { case -1000000000000L: return 1; case 5: return 2; case 1000000: return 3; } return 0; }
const char *name(unsigned char c) { switch (c) { case 'a': case 'b': case 'c': case 'd': return "hex"; case '0': case '9': return "digit"; case 255: return "max"; } return "other"; }
int main(void) {
    int i; for (i = -2; i < 11; i++) printf("%d ", dense(i)); printf("\n");
    printf("%d %d %d %d\n", sparse(-1000000000000L), sparse(5), sparse(1000000), sparse(6)); printf("%s %s %s %s\n", name('c'), name('9'), name(255), name('z'));
    int count = 7, n = (count + 3) / 4, r = 0;
    switch (count % 4) { case 0: do { r += 1; case 3: r += 10; case 2: r += 100; case 1: r += 1000; } while (--n > 0); }
    printf("%d\n", r);
    for (i = 0; i < 5; i++) { switch (i) { case 1: continue; case 3: goto out; default: printf("[%d]", i); break; } printf("after%d ", i); }
out: printf("out\n");
    switch (3) { default: printf("only default\n"); } switch (1) { case 2: printf("never\n"); } switch (i - 3) { int q; case 0: q = 5; printf("%d\n", q); }
    return 0;
}
