/* A leak: the only pointer to a block is overwritten. Nobody can free it any more, and RSS grows with every turn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *last;

static void remember(const char *text)
{
    last = malloc(8192); /* what it pointed to is lost */
    memset(last, 0, 8192);
    strcpy(last, text);
}

int main(void)
{
    for (int turn = 1; turn <= 3; turn++) {
        for (int i = 0; i < 100; i++)
            remember("hello");
        printf("turn %d: 100 blocks of 8 kB more, one of them still known\n", turn);
        getchar();
    }
    printf("%s\n", last);
    free(last);
    return 0;
}
