// quick_exit runs its own functions only and leaves stdio alone.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void say(const char *s) { while (*s) write(1, s++, 1); }
static void not_called(void) { say("atexit\n"); }
static void first(void) { say("first\n"); }
static void second(void) { say("second\n"); }

int main(void)
{
  setvbuf(stdout, NULL, _IOFBF, 4096);
  printf("lost");
  atexit(not_called);
  at_quick_exit(first);
  at_quick_exit(second);
  quick_exit(9);
}
