/* The same malloc, twice: once it uses mmap, once the heap. Freeing a mapped block raised the threshold. */
#include <stdio.h>
#include <stdlib.h>

#define MIB (1024 * 1024)

int main(void)
{
    printf("before\n");
    getchar();

    char *first = malloc(MIB);
    printf("1 MiB: a mapping of its own\n");
    getchar();

    free(first);
    printf("freed: unmapped, and from now on blocks of 1 MiB count as small\n");
    getchar();

    char *second = malloc(MIB);
    printf("1 MiB again: this time [heap] is longer\n");
    getchar();
    free(second);
    return 0;
}
