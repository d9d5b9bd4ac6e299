// bsearch and linear search: the pairs compared, and pointers to the functions themselves.
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
  printf(" %d", *(const int *)b);
  return *(const int *)a - *(const int *)b;
}

typedef void *(*searcher)(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
static searcher fixed = bsearch;
static void (*const sorter)(void *, size_t, size_t, int (*)(const void *, const void *)) = qsort;

static int nested(const void *a, const void *b)
{
  int both[2] = {*(const int *)a, *(const int *)b};
  int *low;
  sorter(both, 2, sizeof(int), compare);
  low = bsearch(a, both, 2, sizeof(int), compare);
  return (low != both) - (both[0] == both[1]);
}

int main(void)
{
  int a[12], found[20] = {7, 3, 9};
  size_t used = 3;
  searcher by_pointer = bsearch;
  for (int i = 0; i < 12; i++) a[i] = 3 * i;
  for (int key = -1; key < 36; key++) {
    int *p = bsearch(&key, a, 12, sizeof(int), compare);
    printf(" -> %ld\n", p ? (long)(p - a) : -1L);
  }
  int key = 9;
  printf("%ld\n", (long)((int *)by_pointer(&key, a, 12, sizeof(int), compare) - a));
  printf("%ld\n", (long)((int *)fixed(&key, a, 12, sizeof(int), compare) - a));
  printf("%d %d\n", by_pointer == fixed, by_pointer == bsearch);
  printf("%p\n", bsearch(&key, a, 0, sizeof(int), compare));
  for (key = 1; key < 9; key += 2) {
    int *p = lfind(&key, found, &used, sizeof(int), compare);
    printf(" -> %ld of %zu\n", p ? (long)(p - found) : -1L, used);
    p = lsearch(&key, found, &used, sizeof(int), compare);
    printf(" -> %ld of %zu\n", (long)(p - found), used);
  }
  qsort(found, used, sizeof(int), nested);
  for (size_t i = 0; i < used; i++) printf("%d,", found[i]);
  puts("");
  return 0;
}
