#include <stdio.h>

int g; void v(int x) { if (x) return; g = 9; } int main(void) { v(1); printf("%d", g); v(0); printf("%d\n", g); }
