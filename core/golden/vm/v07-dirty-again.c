// Memory given up by MADV_FREE that is populated for writing: the page is marked, its entry is not; of a huge page all.
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#define PAGE 4096
#define HUGE (2 << 20)
#define RW (PROT_READ | PROT_WRITE)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static void stop(const char *what)
{
    printf("%s\n", what);
    getchar();
}

int main(void)
{
    char *small = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *room = mmap(NULL, 2 * HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *huge = (char *)(((uintptr_t)room + HUGE - 1) / HUGE * HUGE);

    for (int i = 0; i < 4; i++) small[i * PAGE] = 1;
    stop("written");
    madvise(small, 4 * PAGE, MADV_FREE);
    /* Once more: what the CPU put off is done then. */
    madvise(small, 4 * PAGE, MADV_FREE);
    stop("given up");
    madvise(small, 2 * PAGE, MADV_POPULATE_WRITE);
    stop("two pages populated for writing");
    madvise(small, 4 * PAGE, MADV_PAGEOUT);
    stop("paged out");
    madvise(small, 4 * PAGE, MADV_FREE);
    stop("given up again");

    madvise(huge, HUGE, MADV_HUGEPAGE);
    huge[0] = 1;
    stop("a huge page");
    mprotect(huge, PAGE, PROT_READ);
    mprotect(huge, PAGE, RW);
    stop("mapped by small entries");
    madvise(huge, HUGE, MADV_FREE);
    stop("given up");
    madvise(huge + 7 * PAGE, PAGE, MADV_POPULATE_WRITE);
    stop("one page populated for writing");
    return 0;
}
