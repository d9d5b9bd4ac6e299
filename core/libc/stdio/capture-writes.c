/* A program whose write(2) calls capture-writes.sh records; writes.test.ts makes the same stdio calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char buffer[4096], big[6000];

int main(int argc, char **argv) {
  int size = argc > 1 ? atoi(argv[1]) : 0;
  memset(big, 'x', 5999);
  if (size != 0) setvbuf(stdout, buffer, size < 0 ? _IOLBF : _IOFBF, abs(size));
  printf("line\n");
  printf("a=%d b=%s\nrest", 5, "xyz");
  fputs("p\nq\nr", stdout);
  for (int i = 0; i < 3; i++) printf("%010d", i);
  printf("a%d\nb%s\n", 1, "q\nz");
  puts("end");
  printf("[%s]\n", big);
  fputs(big, stdout);
  fwrite("a\nb\nc", 1, 5, stdout);
  putchar('\n');
  putchar('z');
  fprintf(stderr, "e%dr\nf", 3);
  fputs("abc\ndef", stderr);
  fputc('!', stderr);
  puts("last");
  printf("%.1500s|%s\n", big, "tail");
  return 0;
}
