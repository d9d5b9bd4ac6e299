/* A shared mapping of a file: writing to memory is writing to the file. msync waits until the disk has it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (64 * 1024)

int main(void)
{
    int fd = open("shared.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, SIZE) != 0)
        return 1;
    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    printf("a file of 64 kB, mapped\n");
    getchar();

    memset(p, 'm', SIZE);
    char first;
    if (pread(fd, &first, 1, 0) != 1)
        return 1;
    printf("written to memory: read finds %c\n", first);
    getchar(); /* 64 kB dirty */

    msync(p, SIZE, MS_SYNC);
    printf("msync: on disk\n");
    getchar(); /* 64 kB clean; RSS is the same */
    unlink("shared.dat");
    return 0;
}
