/* Freed blocks wait in lists by size. malloc takes the one that was freed last: its memory is still warm. */
#include <stdio.h>
#include <stdlib.h>

static char *a, *b, *c;

static const char *name(const char *p)
{
    return p == a ? "a" : p == b ? "b" : p == c ? "c" : "a new one";
}

int main(void)
{
    a = malloc(100);
    b = malloc(100);
    c = malloc(200);
    printf("a and b have 100 bytes, c has 200\n");
    getchar();

    free(a);
    free(b);
    free(c);
    printf("all freed\n");
    getchar(); /* a and b are in one list, c in another */

    printf("malloc(100) gives %s\n", name(malloc(100)));
    printf("malloc(100) gives %s\n", name(malloc(100)));
    printf("malloc(100) gives %s\n", name(malloc(100)));
    printf("malloc(200) gives %s\n", name(malloc(200)));
    getchar();
    return 0;
}
