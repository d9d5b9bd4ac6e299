// The sequence of comparisons qsort makes: sizes 1 to 40, aligned or not, counts around the limits of 1024 bytes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long trace = 5381, calls;
static const char *base;
static size_t width;
static int verbose;

static int order(const void *a, const void *b)
{
  long i = (const char *)a - base, j = (const char *)b - base;
  int direct = width <= 32;
  calls++;
  if (direct && i >= 0 && i < (1 << 20)) trace = trace * 33 + i;
  if (direct && j >= 0 && j < (1 << 20)) trace = trace * 33 + j;
  trace = trace * 33 + *(const unsigned char *)a;
  trace = trace * 33 + *(const unsigned char *)b;
  if (verbose) printf("%c%c ", *(const char *)a, *(const char *)b);
  return *(const unsigned char *)a - *(const unsigned char *)b;
}

static unsigned seed = 1;
static unsigned next(void) { return seed = seed * 1103515245 + 12345, seed >> 16; }

static void one(char *at, size_t count, size_t size)
{
  unsigned long sum = 0;
  for (size_t i = 0; i < count * size; i++) at[i] = next() % 97;
  base = at;
  width = size;
  calls = 0;
  qsort(at, count, size, order);
  for (size_t i = 0; i < count * size; i++) sum = sum * 31 + (unsigned char)at[i];
  printf("%zu x %zu: %lu calls, order %lx, result %lx\n", count, size, calls, trace, sum);
}

static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int by_rest(const void *a, const void *b, void *m)
{
  return *(const int *)a % *(int *)m - *(const int *)b % *(int *)m;
}

int main(void)
{
  char word[] = "sphinxofblackquartz";
  static long room[20000];
  static const size_t sizes[] = {1, 3, 4, 8, 12, 16, 32, 33, 100};
  static const size_t counts[] = {0, 1, 2, 3, 5, 8, 32, 33, 127, 128, 300};
  char *bytes = (char *)room;
  int numbers[] = {9, 4, 7, 1, 8, 2, 6, 3, 5, 0}, modulus = 3;
  verbose = 1;
  base = word;
  qsort(word, strlen(word), 1, order);
  verbose = 0;
  printf("\n%s\n", word);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
      one(bytes + (c % 3 == 2 ? 4 : c % 5 == 4 ? 1 : 0), counts[c], sizes[s]);
  qsort(numbers, 10, sizeof(int), by_value);
  for (int i = 0; i < 10; i++) printf("%d ", numbers[i]);
  qsort_r(numbers, 10, sizeof(int), by_rest, &modulus);
  for (int i = 0; i < 10; i++) printf("%d ", numbers[i]);
  puts("");
  char *names[] = {"pear", "fig", "apple", "kiwi", "date"};
  qsort(names, 5, sizeof(char *), (int (*)(const void *, const void *))(void *)strcmp);
  qsort(word, 19, 1, (int (*)(const void *, const void *))(void *)strcmp);
  printf("%s\n", word);
  return 0;
}
