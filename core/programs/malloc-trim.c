/* malloc_trim gives back every whole page that is free, also in the middle of the heap. Its length stays. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 4000
#define SIZE 1000

static char *block[BLOCKS];

int main(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        block[i] = malloc(SIZE);
        memset(block[i], 1, SIZE);
    }
    for (int i = 0; i < BLOCKS - 1; i++)
        free(block[i]);
    printf("%d blocks freed, the last one in use\n", BLOCKS - 1);
    getchar(); /* about 4 MB of RSS that nobody uses */

    malloc_trim(0);
    printf("trimmed\n");
    getchar(); /* RSS is gone, [heap] is as long as before */

    printf("the last block is untouched: %d\n", block[BLOCKS - 1][0]);
    return 0;
}
