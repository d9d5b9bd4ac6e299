// Functions run at exit: more than one list of them, registered by one another, exit from inside one, return from main.
#include <stdio.h>
#include <stdlib.h>

static int count;
static void counted(void) { printf("%d ", ++count); }
static void late(void) { printf("late "); }
static void registers(void) { printf("registers "); atexit(late); }
static void exits(void) { printf("exits "); exit(5); }
static void last(void) { printf("the last\n"); }
static void with_status(int status, void *arg) { printf("status %d %s ", status, (char *)arg); }

int main(void)
{
  static char text[] = "text";
  if (atexit(last)) return 1;
  for (int i = 0; i < 70; i++)
    if (atexit(counted)) return 2;
  if (on_exit(with_status, text)) return 3;
  if (atexit(registers) || atexit(exits)) return 4;
  printf("main ");
  return 3;
}
