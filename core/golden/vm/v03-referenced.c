#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define HUGE (512 * PAGE)

/* What counts as referenced in a child that has touched nothing: pages that something else than an access has marked. */
int main(void)
{
    char *place = mmap(NULL, 3 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *huge = (char *)(((unsigned long)place + HUGE - 1) & ~(HUGE - 1UL));
    char *small = mmap((void *)0x440000000, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int up[2], i, pid;
    char ch;

    madvise(huge, HUGE, MADV_HUGEPAGE);
    huge[5] = 1;
    for (i = 0; i < 64; i++)
        small[i * PAGE] = 1;
    printf("written\n");
    getchar();

    madvise(huge, 16 * PAGE, MADV_POPULATE_READ);
    madvise(huge + 100 * PAGE, 16 * PAGE, MADV_POPULATE_WRITE);
    madvise(small, 16 * PAGE, MADV_POPULATE_WRITE);
    madvise(small + 32 * PAGE, 16 * PAGE, MADV_POPULATE_READ);
    printf("populated\n");
    getchar();

    if (pipe(up) != 0)
        exit(1);
    pid = fork();
    if (pid == 0) {
        write(up[1], "x", 1);
        pause();
    }
    read(up[0], &ch, 1);
    printf("a child\n");
    getchar();
    kill(pid, 9);
    waitpid(pid, NULL, 0);
    return 0;
}
