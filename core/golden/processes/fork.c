#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
static int counter = 1;
int main(void) {
  int st; pid_t p = fork();
  if (p == 0) { counter += 41; printf("child %d\n", counter); exit(7); }
  printf("%d\n", wait(&st) == p);
  printf("exited %d code %d parent %d\n", WIFEXITED(st), WEXITSTATUS(st), counter);
  p = fork();
  if (p == 0) { pause(); _exit(0); }
  kill(p, SIGTERM);
  waitpid(p, &st, 0);
  printf("signaled %d by %d\n", WIFSIGNALED(st), WTERMSIG(st));
  p = fork();
  if (p == 0) { char *q = 0; *q = 1; }
  wait(&st);
  printf("segv %d\n", WTERMSIG(st));
  printf("none: %d %d\n", wait(&st), errno == ECHILD);
  printf("nohang: %d %d\n", waitpid(-1, &st, WNOHANG), errno == ECHILD);
  p = fork();
  if (p == 0) { usleep(20000); _exit(3); }
  printf("still: %d\n", waitpid(p, &st, WNOHANG));
  usleep(300000);
  printf("gone: %d %d\n", waitpid(p, &st, WNOHANG) == p, WEXITSTATUS(st));
  p = vfork();
  if (p == 0) { counter = 99; _exit(0); }
  wait(NULL);
  printf("vfork shares: %d\n", counter);
  printf("esrch %d\n", kill(p, 0) == -1 && errno == ESRCH);
  fflush(stdout);
  for (int i = 0; i < 3; i++) if (fork() == 0) { usleep(200000 * (3 - i)); printf("kid %d\n", i); exit(i); }
  int sum = 0; while (wait(&st) > 0) sum += WEXITSTATUS(st);
  printf("sum %d\n", sum);
  return 0;
}
