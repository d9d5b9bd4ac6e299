/* Library functions need memory, too: this glibc's qsort sorts into a copy. Stop in the middle to see it. */
#include <stdio.h>
#include <stdlib.h>

#define N 50000

static int numbers[N];
static int calls;

static int compare(const void *a, const void *b)
{
    if (++calls == N) {
        printf("comparison %d\n", calls);
        getchar(); /* a mapping of 200 kB that main never asked for */
    }
    return *(const int *)a - *(const int *)b;
}

int main(void)
{
    for (int i = 0; i < N; i++)
        numbers[i] = i * 7919 % N;
    printf("%d numbers, %d kB\n", N, (int)sizeof numbers / 1000);
    getchar();

    qsort(numbers, N, sizeof numbers[0], compare);
    printf("sorted: %d, %d, %d\n", numbers[0], numbers[1], numbers[N - 1]);
    getchar(); /* it is gone again */
    return 0;
}
