/* poll and select on pipes: who is ready, time limits, closed ends, signals, wrong descriptors. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *name, int result, struct pollfd *fds, int n)
{
  printf("%s: %d%s%s", name, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
  for (int i = 0; i < n; i++) printf(" %#x", fds[i].revents);
  printf("\n");
}

static void polls(const char *name, int a, int b, int limit)
{
  struct pollfd fds[3] = {{a, POLLIN | POLLRDNORM, 99}, {b, POLLOUT, 99}, {-1, POLLIN, 99}};
  int result = poll(fds, 3, limit);
  show(name, result, fds, 3);
}

static void selects(const char *name, int a, int b, long micro)
{
  fd_set in, out;
  struct timeval limit = {micro / 1000000, micro % 1000000};
  FD_ZERO(&in);
  FD_ZERO(&out);
  if (a >= 0) FD_SET(a, &in);
  if (b >= 0) FD_SET(b, &out);
  int result = select(a > b ? a + 1 : b + 1, &in, &out, NULL, micro < 0 ? NULL : &limit);
  printf("%s: %d%s%s in %d out %d", name, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "",
         a >= 0 && FD_ISSET(a, &in) != 0, b >= 0 && FD_ISSET(b, &out) != 0);
  if (micro >= 0) printf(" %s", limit.tv_sec * 1000000 + limit.tv_usec == 0 ? "nothing left" : limit.tv_sec * 1000000 + limit.tv_usec <= micro ? "some left" : "more");
  printf("\n");
}

static void nothing(int signal) { }

int main(void)
{
  static char page[65536];
  int p[2], q[2], n;
  char c;
  setbuf(stdout, NULL);
  pipe(p);
  pipe(q);
  polls("empty", p[0], p[1], 0);
  polls("empty, 10 ms", p[0], -1, 10);
  selects("empty", p[0], p[1], 0);
  selects("empty, 10 ms", p[0], -1, 10000);
  write(p[1], "abc", 3);
  polls("three bytes", p[0], p[1], -1);
  selects("three bytes", p[0], p[1], -1);
  selects("with limit", p[0], p[1], 5000000);
  read(p[0], page, 3);
  write(q[1], page, 61440);
  polls("15 pages", q[0], q[1], 0);
  write(q[1], page, 1);
  polls("and one byte", q[0], q[1], 0);
  selects("and one byte", q[0], q[1], 0);
  if (fork() == 0) {
    usleep(50000);
    write(p[1], "x", 1);
    usleep(50000);
    _exit(0);
  }
  polls("written by a child", p[0], -1, -1);
  read(p[0], &c, 1);
  close(p[1]);
  polls("closed by a child", p[0], -1, 5000);
  wait(NULL);
  polls("end of file", p[0], -1, 0);
  selects("end of file", p[0], -1, 0);
  close(q[0]);
  polls("nobody reads", -1, q[1], 0);
  selects("nobody reads", -1, q[1], 0);
  polls("wrong descriptors", 77, p[0], 0);
  selects("wrong descriptor", 77, -1, 0);
  printf("%d %s\n", select(-1, NULL, NULL, NULL, NULL), "");
  printf("errno %s\n", strerror(errno));
  n = select(0, NULL, NULL, NULL, &(struct timeval){0, 20000});
  printf("sleep by select %d\n", n);
  pipe(p);
  signal(SIGALRM, nothing);
  alarm(1);
  polls("interrupted", p[0], -1, -1);
  alarm(1);
  selects("interrupted", p[0], -1, 5000000);
  if (fork() == 0) {
    fd_set in;
    int i, total = 0;
    close(p[1]);
    for (;;) {
      FD_ZERO(&in);
      FD_SET(p[0], &in);
      if (select(p[0] + 1, &in, NULL, NULL, NULL) < 0) break;
      if ((n = read(p[0], page, 100)) <= 0) break;
      for (i = 0; i < n; i++) total += page[i];
    }
    printf("child read %d\n", total);
    _exit(0);
  }
  for (n = 0; n < 10; n++) {
    write(p[1], "\1\2\3", 3);
    usleep(1000);
  }
  close(p[1]);
  wait(NULL);
  return 0;
}
