/* Faults are counted in pages, not in bytes: a row of this table lies in one page, a column in a thousand. */
#include <stdio.h>
#include <sys/mman.h>

#define N 1024 /* a row of 1024 ints is 4096 bytes: one page */

typedef int table[N][N];

int main(void)
{
    table *t = mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("a table of %d rows, %d kB\n", N, (int)(sizeof *t / 1024));
    getchar();

    for (int column = 0; column < N; column++)
        (*t)[0][column] = 1;
    printf("a row written: %d numbers\n", N);
    getchar(); /* 1 fault, RSS + 4 kB */

    for (int row = 0; row < N; row++)
        (*t)[row][0] = 1;
    printf("a column written: %d numbers\n", N);
    getchar(); /* 1023 faults more, RSS + 4092 kB */
    return 0;
}
