#include <stdio.h>

int main(void) {
    int i = 0, j, n = 0;
again:
    i++;
    if (i < 5) goto again;
    printf("%d\n", i);
    for (i = 0; i < 10; i++) { for (j = 0; j < 10; j++) { n++; if (i * j == 42) goto found; } }
found:
    printf("%d %d %d\n", i, j, n);
    goto inside;
    while (n > 0) { n -= 10; inside: n -= 1; printf("%d ", n); }
    printf("\n");
    i = 0;
loop: if (i >= 3) goto end; printf("i%d ", i++); goto loop;
end: printf("end\n");
    return 0;
}
