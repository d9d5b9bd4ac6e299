/* Page tables are memory too, and not in RSS: a thousand pages far apart need a thousand tables to point at them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

#define PAGES 1024UL
#define FAR (2UL * 1024 * 1024) /* what one table of 512 entries covers */

int main(void)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *p = mmap(NULL, PAGES * FAR, PROT_READ | PROT_WRITE, flags, -1, 0);
    madvise(p, PAGES * FAR, MADV_NOHUGEPAGE);
    printf("2 GiB mapped\n");
    getchar(); /* look at VmPTE in /proc/PID/status */

    for (unsigned long i = 0; i < PAGES; i++)
        (void)*(volatile char *)(p + i * FAR);
    printf("one byte read in each 2 MiB: the zero page, %lu times\n", PAGES);
    getchar(); /* RSS + 0, VmPTE + 4096 kB and more */
    return 0;
}
