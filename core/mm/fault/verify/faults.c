/* Write faults on the kernel it runs on: maps PAGES pages, writes a byte to each, unmaps; ROUNDS times. Prints
   nanoseconds. Huge pages are off, so that every page is a fault. Made and run by fault-speed.bench.ts. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  long rounds = atol(argv[1]), pages = atol(argv[2]);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (long round = 0; round < rounds; round++) {
    char *p = mmap(0, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return 1;
    madvise(p, pages * 4096, MADV_NOHUGEPAGE);
    for (long i = 0; i < pages; i++) p[i * 4096] = 1;
    munmap(p, pages * 4096);
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%ld\n", (to.tv_sec - from.tv_sec) * 1000000000L + (to.tv_nsec - from.tv_nsec));
  return 0;
}
