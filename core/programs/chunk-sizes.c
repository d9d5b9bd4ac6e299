/* Blocks come in steps of 16 bytes, at least 24: 8 bytes in front of each hold the chunk's size. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    static const size_t sizes[] = {1, 24, 25, 40, 41, 1000};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *p = malloc(sizes[i]);
        size_t chunk = *(size_t *)(p - 8) & ~(size_t)7; /* the low bits are flags */
        printf("malloc(%zu): a chunk of %zu bytes, %zu usable\n", sizes[i], chunk, malloc_usable_size(p));
    }
    getchar(); /* look at the chunks of the heap */
    return 0;
}
