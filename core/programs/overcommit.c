/* Linux promises more memory than it has, but not anything: by default it refuses what could never be there. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define GIB (1024UL * 1024 * 1024)

static char *promise(size_t bytes, int flags)
{
    return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

int main(void)
{
    char *p = promise(100 * GIB, 0);
    printf("100 GiB: %s\n", p == MAP_FAILED ? strerror(errno) : "promised");
    getchar(); /* more than RAM and swap together: refused */

    p = promise(100 * GIB, MAP_NORESERVE);
    printf("100 GiB with MAP_NORESERVE: %s\n", p == MAP_FAILED ? strerror(errno) : "promised");
    getchar(); /* VSZ is over 100 million kB */

    p[0] = 1;
    p[99 * GIB] = 1;
    printf("touched the first page and one 99 GiB on\n");
    getchar(); /* RSS + 8 kB */
    return 0;
}
