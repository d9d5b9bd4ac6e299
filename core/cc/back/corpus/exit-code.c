#include <stdio.h>

#include <stdlib.h>
void deep(int n) { char b[100]; b[n] = n; if (n == 0) { printf("bye"); exit(300 + 7); } deep(n - 1); } int main(void) { deep(20); return 1; }
