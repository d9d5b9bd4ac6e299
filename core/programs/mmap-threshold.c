/* From 128 KiB on malloc does not use the heap: the block gets a mapping of its own, and free unmaps it. */
#include <stdio.h>
#include <stdlib.h>

#define KIB 1024

int main(void)
{
    printf("before\n");
    getchar();

    char *below = malloc(100 * KIB);
    printf("100 KiB: from the heap\n");
    getchar(); /* [heap] as long as it was: top had room */

    char *above = malloc(200 * KIB);
    printf("200 KiB: a mapping of its own\n");
    getchar(); /* VSZ + 204 kB: 200, and one page for the chunk's header */

    free(above);
    printf("200 KiB freed: the mapping is gone\n");
    getchar();

    free(below);
    printf("100 KiB freed: the heap stays\n");
    getchar();
    return 0;
}
