/* How much a program may lock is limited: RLIMIT_MEMLOCK. Beyond it mlock fails and nothing is brought in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define KIB 1024

static void try_to_lock(char *p, size_t bytes)
{
    int failed = mlock(p, bytes);
    printf("mlock of %zu KiB: %s\n", bytes / KIB, failed ? strerror(errno) : "locked");
}

int main(void)
{
    char *p = mmap(NULL, 1024 * KIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct rlimit limit = {64 * KIB, 64 * KIB};
    setrlimit(RLIMIT_MEMLOCK, &limit);
    printf("at most 64 KiB may be locked\n");
    getchar();

    try_to_lock(p, 64 * KIB);
    getchar(); /* VmLck 64 kB */

    try_to_lock(p, 1024 * KIB);
    getchar(); /* unchanged */
    return 0;
}
