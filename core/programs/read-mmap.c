/* The kernel keeps files in its page cache. read copies from it into your memory; mmap lets you look at it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (1024 * 1024)

int main(void)
{
    char *copy = malloc(SIZE);
    memset(copy, 'f', SIZE);
    int fd = open("large.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, copy, SIZE) != SIZE)
        return 1;
    free(copy);
    printf("a file of 1 MiB, which is in the page cache\n");
    getchar();

    copy = malloc(SIZE);
    if (pread(fd, copy, SIZE, 0) != SIZE)
        return 1;
    printf("read: a second copy of it in memory\n");
    getchar(); /* RssAnon + 1024 kB */

    char *seen = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
    int same = memcmp(copy, seen, SIZE) == 0;
    printf("mmap: the page cache itself, %s\n", same ? "equal" : "different");
    getchar(); /* RssFile + 1024 kB, but not one page more in use */
    unlink("large.dat");
    return 0;
}
