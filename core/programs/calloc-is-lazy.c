/* Why calloc is fast: pages fresh from the kernel are zero already, so for large blocks it clears nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB (1024 * 1024)

int main(void)
{
    printf("before\n");
    getchar();

    char *cleared = malloc(16 * MIB);
    memset(cleared, 0, 16 * MIB);
    printf("malloc and memset: 16 MiB of zeros\n");
    getchar(); /* 4096 faults, RSS + 16384 kB */

    char *lazy = calloc(16, MIB);
    printf("calloc: 16 MiB of zeros\n");
    getchar(); /* nothing but a mapping */

    int sum = 0;
    for (int i = 0; i < 16 * MIB; i += 4096)
        sum += lazy[i];
    printf("they are zeros: %d\n", sum);
    getchar(); /* the faults come now, and find the zero page */

    free(cleared);
    free(lazy);
    return 0;
}
