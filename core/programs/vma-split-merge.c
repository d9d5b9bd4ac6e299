/* A mapping has one set of rights. Protect its middle and it is three; undo that and it is one again. */
#include <stdio.h>
#include <sys/mman.h>

#define PAGE 4096

int main(void)
{
    /* Shared, so that it does not merge with a private neighbour of its kind. */
    char *p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    printf("one mapping of 64 kB\n");
    getchar();

    mprotect(p + 4 * PAGE, 8 * PAGE, PROT_READ);
    printf("its middle is read-only: 16, 32 and 16 kB\n");
    getchar();

    mprotect(p + 4 * PAGE, 8 * PAGE, PROT_READ | PROT_WRITE);
    printf("writable again: one mapping of 64 kB\n");
    getchar();

    munmap(p + 4 * PAGE, 8 * PAGE);
    printf("its middle is unmapped: 16 kB, a hole, 16 kB\n");
    getchar();
    return 0;
}
