#include <stdio.h>
#include <unistd.h>
#include <string.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
static char big[100000];
static void on_pipe(int s) { (void)s; write(1, "sigpipe\n", 8); }
int main(void) {
  int a[2]; char buf[64]; int st;
  printf("%d %d %d\n", pipe(a), a[0], a[1]); fflush(stdout);
  if (fork() == 0) { close(a[0]); write(a[1], "hello", 5); usleep(1000); write(a[1], " world", 6); _exit(0); }
  close(a[1]);
  int n, total = 0; while ((n = read(a[0], buf + total, sizeof buf - total)) > 0) { total += n; }
  printf("read %d '%.*s' then %d\n", total, total, buf, n);
  wait(0); close(a[0]); fflush(stdout);
  pipe(a);
  if (fork() == 0) { close(a[1]); long sum = 0; char c[1000]; int k; while ((k = read(a[0], c, sizeof c)) > 0) for (int i = 0; i < k; i++) sum += c[i]; printf("sum %ld\n", sum); fflush(stdout); _exit(0); }
  close(a[0]); memset(big, 1, sizeof big);
  printf("wrote %zd\n", write(a[1], big, sizeof big)); fflush(stdout);
  close(a[1]); wait(0);
  pipe(a); close(a[0]);
  if (fork() == 0) { write(a[1], "x", 1); _exit(0); }
  wait(&st); printf("died of %d\n", WTERMSIG(st)); fflush(stdout);
  signal(SIGPIPE, on_pipe);
  n = write(a[1], "x", 1); printf("%d %s\n", n, strerror(errno));
  signal(SIGPIPE, SIG_IGN);
  n = write(a[1], "x", 1); printf("%d %d\n", n, errno == EPIPE);
  printf("%d %d\n", (int)lseek(a[1], 0, SEEK_SET), errno == ESPIPE);
  printf("%d %d\n", (int)read(a[1], buf, 1), errno == EBADF);
  return 0;
}
