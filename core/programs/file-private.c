/* A private mapping of a file: pages are the page cache's until they are written, then they are your own copies. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (64 * 1024)

int main(void)
{
    static char text[SIZE];
    int fd = open("private.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    memset(text, 'f', SIZE);
    if (fd < 0 || write(fd, text, SIZE) != SIZE)
        return 1;

    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    printf("a file of 64 kB, mapped: it begins with %c\n", p[0]);
    getchar(); /* RssFile + 64 kB: one fault brought in all of it */

    memset(p, 'm', SIZE / 2);
    printf("half of it overwritten\n");
    getchar(); /* 32 kB have moved from RssFile to RssAnon; RSS is the same */

    char first;
    if (pread(fd, &first, 1, 0) != 1)
        return 1;
    printf("the mapping begins with %c, the file still with %c\n", p[0], first);
    getchar();
    unlink("private.dat");
    return 0;
}
