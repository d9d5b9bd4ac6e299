/* MAP_POPULATE pays in advance: mmap itself brings in every page, and the loop takes no fault. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

#define PAGES 1024
#define PAGE 4096

int main(void)
{
    printf("before\n");
    getchar();

    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
    printf("mapped and populated\n");
    getchar(); /* RSS + 4096 kB already: mmap took the 1024 faults itself */

    for (int i = 0; i < PAGES; i++)
        p[i * PAGE] = 1;
    printf("written\n");
    getchar(); /* not one fault more */
    return 0;
}
