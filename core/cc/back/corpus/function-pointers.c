#include <stdio.h>

#include <string.h>
#include <stdlib.h>
int add(int a, int b) { return a + b; } int sub(int a, int b) { return a - b; } int mul(int a, int b) { return a * b; }
typedef int (*op)(int, int); op ops[] = {add, sub, mul}; struct cmd { const char *name; int (*fn)(int, int); } cmds[] = {{"add", add}, {"mul", mul}};
op pick(int i) { return ops[i]; } int apply(op f, int x, int y) { return f(x, y); } int cmp(const void *a, const void *b) { return *(int *)a - *(int *)b; } size_t (*len)(const char *) = strlen; int (*out)(const char *, ...) = printf;
void each(int *a, int n, void (*f)(int, void *), void *ctx) { int i; for (i = 0; i < n; i++) f(a[i], ctx); } void acc(int v, void *ctx) { *(long *)ctx += v; } double twice(double (*f)(double), double x) { return f(f(x)); } double inc(double x) { return x + 0.25; }
int main(void) { int i, a[] = {5, 2, 9}; long s = 0; for (i = 0; i < 3; i++) printf("%d ", ops[i](7, 3)); printf("\n"); printf("%d %d\n", pick(2)(4, 5), apply(sub, 1, 2)); for (i = 0; i < 2; i++) printf("%s %d\n", cmds[i].name, cmds[i].fn(6, 7)); printf("%d\n", (int)len("hello")); out("%s %d\n", "via pointer", 42); each(a, 3, acc, &s); printf("%ld\n", s); op f = &add; printf("%d %d %d\n", (*f)(1, 2), (**f)(3, 4), f == add); f = i > 5 ? add : sub; printf("%d\n", f(10, 4)); printf("%f\n", twice(inc, 1)); printf("%d\n", ops[0](ops[1](9, 4), ops[2](2, 3))); int (*p)(const char *) = puts; p("puts"); printf("%d\n", f != NULL && f(1, 1) == 0); return 0; }
