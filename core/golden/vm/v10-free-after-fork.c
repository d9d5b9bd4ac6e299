// MADV_FREE of pages that parent and child share: the caller's entries are clean, the other's stay dirty. A huge page
// that both map stays as it is.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define HUGE (512 * PAGE)

int main(void)
{
    int up[2], down[2];
    char ch, *small, *huge;

    small = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    huge = mmap((void *)0x440000000, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    madvise(huge, 2 * HUGE, MADV_HUGEPAGE);
    memset(small, 1, 8 * PAGE);
    memset(huge, 1, 2 * HUGE);
    pipe(up);
    pipe(down);
    printf("written\n");
    getchar();
    if (fork() == 0) {
        write(up[1], "x", 1);
        read(down[0], &ch, 1);
        small[2 * PAGE] = 2;
        write(up[1], "x", 1);
        read(down[0], &ch, 1);
        _exit(0);
    }
    read(up[0], &ch, 1);
    madvise(small + PAGE, 4 * PAGE, MADV_FREE);
    madvise(huge, HUGE, MADV_FREE);
    madvise(huge + HUGE, 5 * PAGE, MADV_FREE);
    printf("the parent gave up 4 pages and more\n");
    getchar();
    write(down[1], "x", 1);
    read(up[0], &ch, 1);
    small[3 * PAGE] = 3;
    printf("one was written by the child, one by the parent\n");
    getchar();
    madvise(small, 8 * PAGE, MADV_COLD);
    madvise(huge, HUGE, MADV_COLD);
    printf("cold\n");
    getchar();
    write(down[1], "x", 1);
    wait(NULL);
    madvise(huge, HUGE, MADV_FREE);
    printf("the child is gone\n");
    getchar();
    return 0;
}
