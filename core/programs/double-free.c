/* The same block freed twice would be in the list twice, and be given to two owners. glibc notices, and aborts. */
#include <stdio.h>
#include <stdlib.h>

static void done_with(char *block)
{
    free(block);
}

int main(void)
{
    printf("before\n");
    getchar(); /* stdio has its buffers now, and will not come between */

    char *block = malloc(100);
    done_with(block);
    printf("freed once: the block waits in its list\n");
    getchar();

    done_with(block);
    printf("freed twice: this is never printed\n");
    return 0;
}
