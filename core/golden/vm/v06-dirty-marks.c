// Pages that count as dirty though no entry of the process says so: the page itself is marked.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)

static int ask[2], answer[2];

static void stop(const char *what)
{
    printf("%s\n", what);
    getchar();
}

static char reach(const char *at, int pages)
{
    char sum = 0;
    for (int i = 0; i < pages; i++) sum += at[i * PAGE];
    return sum;
}

/* The child does its next piece of work and waits. */
static void next(void)
{
    char c = 0;
    write(ask[1], &c, 1);
    read(answer[0], &c, 1);
}

static void wait_for_parent(void)
{
    char c = 0;
    write(answer[1], &c, 1);
    read(ask[0], &c, 1);
}

static void child(char *written, char *read_only)
{
    char c;
    read(ask[0], &c, 1);
    reach(written, 8);
    reach(read_only, 8);
    wait_for_parent();
    read_only[2 * PAGE] = 1;
    read_only[3 * PAGE] = 1;
    wait_for_parent();
    munmap(read_only, 8 * PAGE);
    wait_for_parent();
    _exit(0);
}

int main(void)
{
    static char data[16 * PAGE];
    char *written = mmap(NULL, 8 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *read_only = mmap(NULL, 8 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int fd = open("dirty-marks.tmp", O_RDWR | O_CREAT | O_TRUNC, 0644);
    char *copy, *shared;

    printf("start\n");
    unlink("dirty-marks.tmp");
    write(fd, data, sizeof data);
    copy = mmap(NULL, sizeof data, PROT_READ, MAP_PRIVATE, fd, 0);
    reach(copy, 16);
    stop("a private mapping of what write(2) left");
    fsync(fd);
    stop("synced");
    shared = mmap(NULL, sizeof data, RW, MAP_SHARED, fd, 0);
    reach(shared, 16);
    stop("mapped shared, read");
    shared[5 * PAGE] = 1;
    stop("one page of the folio written");
    msync(shared, sizeof data, MS_SYNC);
    stop("synced again");
    pwrite(fd, data, 1, 3 * PAGE);
    stop("one byte written by write(2)");

    for (int i = 0; i < 4; i++) written[i * PAGE] = 1;
    reach(read_only, 8);
    pipe(ask);
    pipe(answer);
    if (fork() == 0) child(written, read_only);
    next();
    stop("the child read what the parent wrote");
    next();
    stop("the child wrote pages that both had read");
    next();
    stop("the child unmapped them");
    write(ask[1], data, 1);
    wait(NULL);
    stop("the child ended");
    return 0;
}
