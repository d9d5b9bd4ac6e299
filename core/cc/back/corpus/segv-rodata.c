#include <stdio.h>

const int k[4] = {1, 2, 3}; int main(void) { printf("%d\n", k[2]); fflush(stdout); *(int *)&k[1] = 5; printf("after\n"); return 0; }
