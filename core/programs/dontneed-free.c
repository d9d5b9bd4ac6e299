/* Two ways to give pages back: MADV_DONTNEED takes them now, MADV_FREE when memory gets short. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (4 * 1024 * 1024)

int main(void)
{
    int prot = PROT_READ | PROT_WRITE;
    char *now = mmap(NULL, SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *later = mmap(NULL, SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(now, 'n', SIZE);
    memset(later, 'l', SIZE);
    printf("two mappings of 4 MiB, written\n");
    getchar();

    madvise(now, SIZE, MADV_DONTNEED);
    printf("MADV_DONTNEED on one\n");
    getchar(); /* RSS - 4096 kB at once */

    madvise(later, SIZE, MADV_FREE);
    printf("MADV_FREE on the other\n");
    getchar(); /* RSS as it was; smaps says LazyFree, and nothing is dirty */

    printf("what is left: %d and %c\n", now[0], later[0]);
    getchar(); /* zeros in the one, the old data (still) in the other */
    return 0;
}
