#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define HUGE (512 * PAGE)
#define RW (PROT_READ | PROT_WRITE)
#define SHARED_AT ((char *)0x500000000)
#define PRIVATE_AT ((char *)0x600000000)
#define HOLES_AT ((char *)0x700000000)
#define ODD_AT ((char *)0x800000000)

/* Folios of 2 MiB of a file: written in one piece or read for MADV_HUGEPAGE, mapped by one entry, taken apart. */
static void stop(const char *what)
{
    printf("%s\n", what);
    getchar();
}

static int make(const char *name, const char *bytes, int size)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (write(fd, bytes, size) != size)
        exit(1);
    fsync(fd);
    return fd;
}

static void print_resident(char *at)
{
    unsigned char seen[1024];
    int n = 0;
    if (mincore(at, 1024 * PAGE, seen) != 0)
        exit(1);
    for (int i = 0; i < 1024; i++)
        n += seen[i] & 1;
    printf("%d resident\n", n);
}

int main(void)
{
    char *bytes = malloc(6 * HUGE), *s, *p, *h, *odd;
    int one, two, holes;
    volatile char c;

    memset(bytes, 'f', 6 * HUGE);
    one = make("one", bytes, 2 * HUGE);
    two = make("two", bytes, 3 * HUGE);
    free(bytes);
    holes = open("holes", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (ftruncate(holes, 2 * HUGE) != 0)
        exit(1);
    s = mmap(SHARED_AT, 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, one, 0);
    p = mmap(PRIVATE_AT, 3 * HUGE, RW, MAP_PRIVATE | MAP_FIXED, two, 0);
    h = mmap(HOLES_AT, 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, holes, 0);
    odd = mmap(ODD_AT + PAGE, 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, two, 0);
    stop("mapped");

    c = s[0];
    c = s[HUGE + 5 * PAGE];
    c = p[3 * PAGE];
    c = p[HUGE];
    stop("read");
    c = odd[0];
    c = odd[HUGE];
    stop("not congruent");
    madvise(h, 2 * HUGE, MADV_HUGEPAGE);
    c = h[7 * PAGE];
    c = h[HUGE];
    print_resident(h);
    stop("read for huge pages");

    s[7 * PAGE] = 1;
    s[8 * PAGE] = 1;
    stop("shared written");
    msync(s, 2 * HUGE, MS_SYNC);
    stop("synced");
    c = s[PAGE];
    s[9 * PAGE] = 1;
    stop("written again");

    p[7 * PAGE] = 1;
    stop("private written");
    c = p[8 * PAGE];
    c = p[100 * PAGE];
    p[100 * PAGE] = 2;
    stop("private read and written");
    p[2 * HUGE] = 1;
    stop("private written first");

    if (fork() == 0) {
        stop("child");
        c = s[0];
        c = p[HUGE];
        s[HUGE] = 1;
        stop("child reads and writes");
        _exit(0);
    }
    wait(NULL);
    stop("parent alone");

    mprotect(s, 2 * HUGE, PROT_READ);
    stop("all read-only");
    mprotect(s, 2 * HUGE, RW);
    s[11 * PAGE] = 1;
    stop("all writable");
    mprotect(s + 20 * PAGE, PAGE, PROT_READ);
    stop("one page read-only");
    c = s[0];
    c = s[30 * PAGE];
    stop("read beside it");

    munmap(p + HUGE + 100 * PAGE, 10 * PAGE);
    stop("unmapped in part");
    c = p[HUGE];
    stop("read beside the hole");

    madvise(h, PAGE, MADV_DONTNEED);
    stop("one page not needed");
    c = h[HUGE - PAGE];
    h[HUGE] = 3;
    stop("needed again");
    h = mremap(h, 2 * HUGE, 2 * HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, HOLES_AT + 16 * HUGE);
    stop("moved");
    h = mremap(h, 2 * HUGE, 2 * HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, HOLES_AT + 32 * HUGE + PAGE);
    stop("moved to an odd place");
    madvise(h, 2 * HUGE, MADV_NOHUGEPAGE);
    c = h[0];
    c = h[HUGE];
    stop("read there");

    munmap(s, 2 * HUGE);
    s = mmap(SHARED_AT, 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, one, 0);
    s[0] = 1;
    stop("shared written first");
    if (ftruncate(one, HUGE + 10 * PAGE) != 0)
        exit(1);
    stop("cut off");
    c = s[HUGE];
    stop("read before the end");
    munmap(s, 2 * HUGE);
    s = mmap(SHARED_AT, 2 * HUGE, RW, MAP_SHARED | MAP_FIXED | MAP_POPULATE, one, 0);
    p = mmap(PRIVATE_AT, HUGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, two, 0);
    mlock(p, HUGE);
    stop("populated and locked");
    unlink("one");
    unlink("two");
    unlink("holes");
    return 0;
}
