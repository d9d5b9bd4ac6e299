/* A huge page is 2 MiB in one piece: one fault, one entry in the page tables, and RSS grows by 2048 kB for one byte. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#define HUGE (2UL * 1024 * 1024)

int main(void)
{
    char *p = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* A huge page begins at a multiple of its size. */
    char *q = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
    printf("8 MiB mapped\n");
    getchar();

    madvise(q, HUGE, MADV_HUGEPAGE);
    q[0] = 1;
    printf("one byte written where huge pages are wanted\n");
    getchar(); /* RSS + 2048 kB with one fault: AnonHugePages */

    madvise(q + HUGE, HUGE, MADV_NOHUGEPAGE);
    q[HUGE] = 1;
    printf("one byte written where they are not\n");
    getchar(); /* RSS + 4 kB */
    return 0;
}
