/* A page that is written first takes one fault. Read first and written later, it takes two. */
#include <stdio.h>
#include <sys/mman.h>

#define PAGES 256
#define PAGE 4096

int main(void)
{
    int prot = PROT_READ | PROT_WRITE;
    volatile char *a = mmap(NULL, PAGES * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile char *b = mmap(NULL, PAGES * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("two mappings of %d pages\n", PAGES);
    getchar();

    for (int i = 0; i < PAGES; i++)
        a[i * PAGE] = 1;
    printf("a: written\n");
    getchar(); /* 256 minor faults */

    for (int i = 0; i < PAGES; i++)
        (void)b[i * PAGE];
    for (int i = 0; i < PAGES; i++)
        b[i * PAGE] = 1;
    printf("b: read, then written\n");
    getchar(); /* 512 minor faults for the same memory */
    return 0;
}
