// setjmp and longjmp: out of nested calls, out of a comparison in qsort, out of a function that exit runs, in loops and
// expressions; variables keep what they had (gcc -O0 has all of them in the frame).
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf here, outer;
static sigjmp_buf masked;

static int deep(int n) { return n ? deep(n - 1) + 1 : (longjmp(here, 42), 0); }
static int give_up(const void *a, const void *b)
{
  if (*(const int *)a == 3 || *(const int *)b == 3) longjmp(outer, 3);
  return *(const int *)a - *(const int *)b;
}
static void retry(int n) { if (n < 3) longjmp(here, n + 1); }
static void throws(int code) { longjmp(here, code); }
static int sum(int a, int b, int c) { return a + 10 * b + 100 * c; }

static void again(void)
{
  int n = setjmp(here);
  printf("again %d\n", n);
  retry(n);
}

static void at_end(void)
{
  if (!setjmp(here)) {
    printf("throws\n");
    throws(1);
  }
  printf("caught at exit\n");
}

int main(void)
{
  int a[40], local = 1, n;
  volatile int kept = 1;
  printf("%zu %zu\n", sizeof(jmp_buf), sizeof(sigjmp_buf));
  if ((n = setjmp(here)) == 0) {
    local = 2;
    kept = 2;
    deep(100);
  }
  printf("%d %d %d\n", n, local, kept);
  again();
  switch (setjmp(here)) {
  case 0: throws(0);
  case 1: puts("0 becomes 1"); throws(-7);
  case -7: puts("negative"); break;
  default: puts("?");
  }
  for (int i = 0; i < 40; i++) a[i] = 40 - i;
  if (setjmp(outer)) puts("qsort left");
  else qsort(a, 40, sizeof(int), give_up);
  for (int i = 0; i < 3; i++) {
    int code = 0;
    if (!setjmp(here)) throws(i + 10);
    else code = i + 10;
    printf("%d ", code);
  }
  local = 0;
  printf("%d\n", sum(1, setjmp(here) + local, 2));
  if (local++ < 2) throws(local);
  if (sigsetjmp(masked, 1) == 0) siglongjmp(masked, 5);
  else puts("sigsetjmp");
  if (_setjmp(here) == 0) _longjmp(here, 8);
  atexit(at_end);
  return 6;
}
