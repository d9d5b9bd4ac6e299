/* Locked memory is in RAM now and stays there: mlock brings in every page, without waiting for a touch. */
#include <stdio.h>
#include <sys/mman.h>

#define SIZE (4 * 1024 * 1024)

int main(void)
{
    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("4 MiB mapped, not touched\n");
    getchar();

    if (mlock(p, SIZE) != 0)
        perror("mlock"); /* more than RLIMIT_MEMLOCK allows: see mlock-limit.c */
    printf("locked\n");
    getchar(); /* RSS + 4096 kB; VmLck and Locked say so, too */

    munlock(p, SIZE);
    printf("unlocked\n");
    getchar(); /* the pages stay, but may be taken away now */
    return 0;
}
