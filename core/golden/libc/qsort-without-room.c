// qsort when malloc has nothing to give: it sorts in place, with another order of comparisons. RLIMIT_AS below what is
// mapped already refuses every growth.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static char room[40000];
static unsigned long trace = 5381, calls;
static unsigned seed = 7;
static size_t width;

static int order(const void *a, const void *b)
{
  calls++;
  trace = trace * 33 + ((const char *)a - room);
  trace = trace * 33 + ((const char *)b - room);
  return *(const unsigned char *)a - *(const unsigned char *)b;
}

static unsigned next(void) { return seed = seed * 1103515245 + 12345, seed >> 16; }

static void one(size_t count, size_t size, unsigned kinds, int sorted)
{
  unsigned long sum = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 1; j < size; j++) room[i * size + j] = i + j;
    room[i * size] = sorted ? i * kinds / count : next() % kinds;
  }
  calls = 0;
  width = size;
  qsort(room, count, size, order);
  for (size_t i = 0; i < count * size; i++) sum = sum * 31 + (unsigned char)room[i];
  printf("%zu x %zu: %lu calls, order %lx, result %lx\n", count, size, calls, trace, sum);
}

int main(void)
{
  static const size_t sizes[] = {4, 12, 24, 40, 120};
  static const size_t counts[] = {260, 300, 333};
  struct rlimit none = {4096, 4096};
  printf("the buffer of stdout comes first\n");
  while (malloc(100000)) {
    setrlimit(RLIMIT_AS, &none);
  }
  while (malloc(900)) ;
  for (size_t s = 0; s < 5; s++)
    for (size_t c = 0; c < 3; c++) {
      one(counts[c], sizes[s], 97, 0);
      one(counts[c], sizes[s], 3, 0);
      one(counts[c], sizes[s], 97, 1);
      one(counts[c], sizes[s], 1, 0);
    }
  return 0;
}
