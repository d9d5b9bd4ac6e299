#include <stdio.h>

int main(void) {
    int a[] = {-1, 0, 1, 2147483647}; unsigned u[] = {0, 1, 0x80000000u, 0xffffffffu}; int i, j;
    long l = -1; unsigned long ul = 1; double nan = 0.0 / 0.0, z = -0.0;
    for (i = 0; i < 4; i++) for (j = 0; j < 4; j++)
        printf("%d%d%d%d%d%d ", a[i] < a[j], a[i] <= a[j], a[i] > a[j], a[i] >= a[j], a[i] == a[j], a[i] != a[j]);
    printf("\n");
    for (i = 0; i < 4; i++) for (j = 0; j < 4; j++) printf("%d%d%d ", u[i] < u[j], u[i] >= u[j], a[i] < u[j]);
    printf("\n%d %d %d\n", l < ul, l > 0, -1 < 1u);
    printf("%d %d %d %d %d %d\n", nan < 1, nan > 1, nan == nan, nan != nan, nan <= nan, !(nan >= 1));
    if (nan < 1) printf("lt\n"); else printf("not lt\n");
    if (!(nan < 1)) printf("not\n");
    while (!(nan >= 0)) { printf("once\n"); break; }
    printf("%d %d %d\n", z == 0, !z, !nan); printf("%d %d\n", !!5, !!0); printf("%d\n", !!!a[3]);
    printf("%d %d %d\n", nan ? 1 : 2, nan && 1, nan || 0);
    return 0;
}
