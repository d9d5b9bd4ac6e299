/* fork of a process with GIB GiB written to, on the kernel it runs on; the child ends at once. Prints nanoseconds of the
   best of ROUNDS forks until the child is gone. Made and run by fork.bench.ts. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  unsigned long bytes = strtoul(argv[1], 0, 10) << 30;
  char *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 1;
  madvise(p, bytes, MADV_NOHUGEPAGE);
  for (unsigned long i = 0; i < bytes; i += 4096) p[i] = 1;
  long best = -1;
  for (int round = atoi(argv[2]); round > 0; round--) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) _exit(0);
    waitpid(child, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &to);
    long took = (to.tv_sec - from.tv_sec) * 1000000000L + (to.tv_nsec - from.tv_nsec);
    if (best < 0 || took < best) best = took;
  }
  printf("%ld\n", best);
  return 0;
}
