/* VSZ is what was promised, RSS is what is there: only pages that were touched count as RSS. */
#include <stdio.h>
#include <sys/mman.h>

#define MIB (1024 * 1024)
#define PAGE 4096

static void touch(char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += PAGE)
        from[i] = 1;
}

int main(void)
{
    printf("before: note VSZ and RSS\n");
    getchar();

    char *p = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("64 MiB mapped: VSZ grew by 65536 kB, RSS did not\n");
    getchar();

    touch(p, 1 * MIB);
    printf("1 MiB touched: RSS grew by 1024 kB, VSZ did not\n");
    getchar();

    touch(p, 16 * MIB);
    printf("16 MiB touched, of which 1 was there already\n");
    getchar();

    munmap(p, 64 * MIB);
    printf("unmapped: both are back\n");
    getchar();
    return 0;
}
