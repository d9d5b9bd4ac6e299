/* mremap moves a mapping by moving its page-table entries: not one byte is copied, not one page is faulted in. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MIB (1024 * 1024)
#define PAGE 4096

int main(void)
{
    char *p = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(p, 'x', 4 * MIB);
    /* A page right behind it, so that it cannot grow where it is. */
    mmap(p + 4 * MIB, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("4 MiB written\n");
    getchar();

    char *q = mremap(p, 4 * MIB, 8 * MIB, MREMAP_MAYMOVE);
    printf("8 MiB now, %s\n", q == p ? "at the same place" : "at another place");
    getchar(); /* no fault, RSS unchanged */

    printf("the last byte came along: %c\n", q[4 * MIB - 1]);
    getchar(); /* still no fault: the page is the same one */
    return 0;
}
