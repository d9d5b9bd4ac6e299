/* malloc cuts from top, the last chunk of the heap. When top is too small, brk makes the heap longer by 132 kB. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCKS 1000

static char *block[BLOCKS];
static char *begin;

static void report(const char *when)
{
    printf("%s: the heap is %ld kB long\n", when, (long)((char *)sbrk(0) - begin) / 1024);
    getchar();
}

int main(void)
{
    begin = sbrk(0);
    report("no malloc of ours so far");

    for (int i = 0; i < 100; i++)
        block[i] = malloc(1000);
    report("100 blocks of 1000 bytes");

    for (int i = 100; i < 200; i++)
        block[i] = malloc(1000);
    report("200 blocks");

    for (int i = 200; i < BLOCKS; i++)
        block[i] = malloc(1000);
    report("1000 blocks");
    return 0;
}
