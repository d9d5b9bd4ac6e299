/* The stack grows by faults as calls go deeper, and does not shrink when they return. */
#include <stdio.h>
#include <string.h>

#define KIB 1024

/* Each call puts 64 KiB on the stack and writes all of it. */
static int descend(int depth)
{
    char frame[64 * KIB];
    memset(frame, depth, sizeof frame);
    if (depth == 1) {
        printf("16 calls deep, 64 KiB each\n");
        getchar(); /* [stack] has grown, and with it RSS */
        return frame[0];
    }
    return descend(depth - 1) + frame[0];
}

int main(void)
{
    printf("the stack as it was at the start\n");
    getchar();

    int sum = descend(16);
    printf("back in main (%d)\n", sum);
    getchar(); /* [stack] as large as before, and as much of it in RSS */
    return 0;
}
