/* Reading memory that nobody wrote finds zeros: every page is the one zero page, which counts for nobody's RSS. */
#include <stdio.h>
#include <sys/mman.h>

#define PAGES 1024
#define PAGE 4096

int main(void)
{
    char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("mapped %d pages\n", PAGES);
    getchar();

    int sum = 0;
    for (int i = 0; i < PAGES; i++)
        sum += p[i * PAGE];
    printf("read one byte of each: the sum is %d\n", sum);
    getchar(); /* a minor fault for each page, and RSS where it was */

    for (int i = 0; i < PAGES / 2; i++)
        p[i * PAGE] = 1;
    printf("wrote to half of them\n");
    getchar(); /* copy on write: a page of its own for each, RSS + 2048 kB */
    return 0;
}
