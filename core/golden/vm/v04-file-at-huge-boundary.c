#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define HUGE (512 * PAGE)

/* A file of which a whole huge page could be mapped lies as far behind a multiple of 2 MiB as in the file. */
static void show(const char *what, char *p, long offset)
{
    printf("%s: %s\n", what, p == MAP_FAILED ? "failed" : ((long)p - offset) % HUGE == 0 ? "congruent" : "anywhere");
}

int main(void)
{
    int fd = open("large", O_RDWR | O_CREAT | O_TRUNC, 0600), shared = memfd_create("shared", 0);
    char *p, *q, *r;

    if (ftruncate(fd, 4 * HUGE) != 0 || ftruncate(shared, 4 * HUGE) != 0)
        exit(1);
    /* Holes of odd sizes, so that nothing is congruent by chance. */
    mmap(NULL, 13 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p = mmap(NULL, HUGE + 3 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
    show("from the start", p, 0);
    q = mmap(NULL, 2 * HUGE, PROT_READ, MAP_SHARED, fd, 7 * PAGE);
    show("from page 7", q, 7 * PAGE);
    r = mmap(NULL, HUGE + 3 * PAGE, PROT_READ, MAP_SHARED, fd, HUGE - 2 * PAGE);
    show("a whole one behind two pages", r, HUGE - 2 * PAGE);
    getchar();

    r = mmap(NULL, 20 * PAGE, PROT_READ, MAP_PRIVATE, fd, 5 * PAGE);
    mmap(r + 20 * PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    r = mremap(r, 20 * PAGE, HUGE + 600 * PAGE, MREMAP_MAYMOVE);
    show("grown from 20 pages", r, 5 * PAGE);
    r = mmap((void *)0x440001000, HUGE, PROT_READ, MAP_PRIVATE, fd, 0);
    printf("where it was wanted: %d\n", r == (void *)0x440001000);
    getchar();

    mmap(NULL, 5 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    r = mmap(NULL, HUGE + 100 * PAGE, PROT_READ, MAP_SHARED, shared, 0);
    printf("%d\n", r[0]);
    printf("shared memory\n");
    getchar();
    unlink("large");
    return 0;
}
