#include <stdio.h>
int f(int *p){ *p += 1; return *p; }
int main(void){ int v=1; printf("%d %d\n", f(&v), v); int i=0; printf("%d %d %d\n", i++, i++, i); return 0;}
