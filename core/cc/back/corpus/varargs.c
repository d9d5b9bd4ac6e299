#include <stdio.h>

#include <stdarg.h>
int sum(int n, ...) { va_list ap; int s = 0; va_start(ap, n); while (n-- > 0) s += va_arg(ap, int); va_end(ap); return s; }
double mix(const char *f, ...) { va_list ap; double r = 0; va_start(ap, f); for (; *f; f++) switch (*f) { case 'i': r += va_arg(ap, int); break; case 'd': r += va_arg(ap, double); break; case 'l': r += va_arg(ap, long); break; case 's': printf("<%s>", va_arg(ap, char *)); break; case 'u': r += va_arg(ap, unsigned); } va_end(ap); return r; }
void vlog(const char *f, va_list ap) { printf("[log] "); vprintf(f, ap); } void logf_(const char *f, ...) { va_list ap, aq; va_start(ap, f); va_copy(aq, ap); vlog(f, ap); va_end(ap); printf("again %d\n", va_arg(aq, int)); va_end(aq); }
struct s { int a; long b; double c; }; long rec(int n, ...) { va_list ap; va_start(ap, n); struct s s = va_arg(ap, struct s); int k = va_arg(ap, int); va_end(ap); return s.a + s.b + s.c + k; }
int nested(int n, ...) { va_list ap; va_start(ap, n); int x = n == 0 ? va_arg(ap, int) : nested(n - 1, va_arg(ap, int) * 2); va_end(ap); return x; }
char many(int a, long b, char c, double d, float e, short f, unsigned char g, void *h, int i, int j, ...) { va_list ap; va_start(ap, j); char r = va_arg(ap, int); va_end(ap); printf("%d %ld %c %f %f %d %d %d %d %d\n", a, b, c, d, e, f, g, h == 0, i, j); return r; }
int main(void) { char c = 3; float f = 2.5f; short s = -4; printf("%d %d\n", sum(3, 1, 2, 3), sum(0)); printf("%f\n", mix("idlsu", -1, 2.25, 1L << 40, "str", 4000000000u)); printf("%f\n", mix("idi", c, f, s)); logf_("%d-%s-%.2f\n", 5, "x", 1.5); struct s v = {1, 2, 3}; printf("%ld\n", rec(0, v, 10)); printf("%d\n", nested(3, 5)); printf("%c\n", many(1, 2, 'c', 4, 5, 6, 7, 0, 9, 10, 'q')); printf("%d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, sum(12, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)); return 0; }
