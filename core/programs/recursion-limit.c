/* Recursion without an end: the stack grows until RLIMIT_STACK, and the next fault below it is a SIGSEGV. */
#include <stdio.h>
#include <sys/resource.h>

static int calls;

static int descend(int never)
{
    volatile char frame[32 * 1024];
    frame[0] = 1;
    if (++calls % 100 == 0) {
        printf("%d calls, %d KiB\n", calls, calls * 32);
        getchar();
    }
    if (calls == never)
        return 0;
    return descend(never) + frame[0];
}

int main(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    printf("a stack may grow to %lu KiB\n", (unsigned long)limit.rlim_cur / 1024);
    getchar();
    return descend(-1);
}
