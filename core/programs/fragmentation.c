/* Half of the heap is free, and yet there is no room: the holes are too small for what is asked. */
#include <stdio.h>
#include <stdlib.h>

#define BLOCKS 1000
#define SIZE 1500

static char *block[BLOCKS + 100];

int main(void)
{
    for (int i = 0; i < BLOCKS; i++)
        block[i] = malloc(SIZE);
    printf("%d blocks of %d bytes\n", BLOCKS, SIZE);
    getchar();

    for (int i = 0; i < BLOCKS; i += 2)
        free(block[i]);
    printf("every second one freed: 750 kB in %d holes\n", BLOCKS / 2);
    getchar();

    for (int i = 0; i < BLOCKS; i += 2)
        block[i] = malloc(2 * SIZE);
    printf("%d blocks of %d bytes: [heap] had to grow\n", BLOCKS / 2, 2 * SIZE);
    getchar();

    for (int i = BLOCKS; i < BLOCKS + 100; i++)
        block[i] = malloc(SIZE);
    printf("100 blocks of %d bytes: they fill holes\n", SIZE);
    getchar(); /* not one page more */
    return 0;
}
