/* Two ways to ask the kernel: brk moves the one end of the heap, mmap makes a mapping that can go by itself. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB (1024 * 1024)

int main(void)
{
    printf("before\n");
    getchar();

    char *low = sbrk(MIB);
    char *high = sbrk(MIB);
    memset(low, 1, MIB);
    memset(high, 1, MIB);
    printf("brk: [heap] is 2 MiB longer\n");
    getchar(); /* low can only go back after high */

    char *one = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *two = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(one, 1, MIB);
    memset(two, 1, MIB);
    printf("mmap: 2 MiB more, outside of the heap\n");
    getchar();

    munmap(one, MIB);
    printf("the first mapping is gone, the second is in use: %d\n", two[0]);
    getchar();

    sbrk(-2 * MIB);
    printf("the end of the heap is back where it was\n");
    getchar();
    return 0;
}
