// exit() in nested calls, and _exit from a function that exit runs: what is behind it does not run, nothing is flushed.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void never(void) { printf("never\n"); }
static void leaves(void) { fflush(stdout); printf("lost"); _exit(4); }
static void ok(void) { printf("ok\n"); }
static void deep(int n) { if (n) deep(n - 1); else exit(1); }

int main(void)
{
  setvbuf(stdout, NULL, _IOFBF, 4096);
  atexit(never);
  atexit(leaves);
  atexit(ok);
  deep(20);
}
