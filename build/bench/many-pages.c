/* 1,000 mappings, none like its neighbours, and 100,000 resident pages; then it writes to them for ever. */
#include <stdio.h>
#include <sys/mman.h>

#define MAPPINGS 1000
#define PAGES 100

int main(void)
{
    static char *at[MAPPINGS];
    unsigned long turn;
    int i, k;

    for (i = 0; i < MAPPINGS; i++) {
        at[i] = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE | (i % 2 ? PROT_EXEC : 0), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (k = 0; k < PAGES; k++)
            at[i][k * 4096] = 1;
    }
    printf("there\n");
    for (turn = 0;; turn++)
        for (i = 0; i < MAPPINGS; i++)
            at[i][turn % PAGES * 4096] = turn;
    return 0;
}
