/* memfd_create: a file that is only memory, without a name. Two mappings of it are two views of the same pages. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (256 * 1024)
#define PAGE 4096

int main(void)
{
    int fd = memfd_create("demo", 0);
    if (fd < 0 || ftruncate(fd, SIZE) != 0)
        return 1;
    char *a = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *b = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    printf("256 kB of memory, mapped twice\n");
    getchar();

    for (int i = 0; i < SIZE; i += PAGE)
        a[i] = 'x';
    printf("written through the first mapping\n");
    getchar(); /* RssShmem + 256 kB */

    int same = 0;
    for (int i = 0; i < SIZE; i += PAGE)
        same += b[i] == 'x';
    printf("%d pages read through the second are the same\n", same);
    getchar(); /* RSS + 256 kB again, though there are only 256 kB */
    return 0;
}
