/* Writing past a block does not fault: the page is yours. It damages the next chunk, and is found much later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(char *block, size_t bytes)
{
    memset(block, 'x', bytes);
}

int main(void)
{
    printf("before\n");
    getchar(); /* stdio has its buffers now: what we ask for is the last of the heap */

    char *block = malloc(24);
    printf("a block of 24 bytes; behind it is top\n");
    getchar();

    fill(block, 32); /* 8 bytes too many: the size of top */
    printf("32 bytes written, and nothing happened\n");
    getchar();

    char *other = malloc(1000); /* cuts from top, and looks at its size first */
    printf("this is never printed%s\n", other ? "" : "!");
    return 0;
}
