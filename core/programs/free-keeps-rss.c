/* free gives memory back to malloc, not to the kernel: while one block at the end is in use, RSS stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 4000
#define SIZE 1000

static char *block[BLOCKS];

int main(void)
{
    printf("before\n");
    getchar();

    for (int i = 0; i < BLOCKS; i++) {
        block[i] = malloc(SIZE);
        memset(block[i], 1, SIZE);
    }
    printf("%d blocks of %d bytes\n", BLOCKS, SIZE);
    getchar();

    for (int i = 0; i < BLOCKS - 1; i++)
        free(block[i]);
    printf("all but the last freed\n");
    getchar(); /* RSS has not moved */

    free(block[BLOCKS - 1]);
    printf("the last one, too\n");
    getchar(); /* now the end of the heap is free, and goes back to the kernel */
    return 0;
}
