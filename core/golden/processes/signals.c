#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <errno.h>
#include <signal.h>
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
static volatile int got, depth, maxdepth;
static void count(int s) { got++; depth++; if (depth > maxdepth) maxdepth = depth; if (s == SIGUSR1 && got == 1) raise(SIGUSR2); depth--; }
static sigjmp_buf env; static void *where; static int code;
static void fault(int s, siginfo_t *i, void *u) { where = i->si_addr; code = i->si_code; (void)u; siglongjmp(env, s); }
static char *page;
static void fix(int s, siginfo_t *i, void *u) { (void)s; (void)i; (void)u; got++; mprotect(page, 4096, PROT_READ | PROT_WRITE); }
static void chld(int s, siginfo_t *i, void *u) { (void)u; printf("chld %d status %d code %d\n", s == SIGCHLD, i->si_status, i->si_code); }
int main(void) {
  struct sigaction sa; sigset_t set, old; memset(&sa, 0, sizeof sa);
  signal(SIGUSR1, count); signal(SIGUSR2, count);
  raise(SIGUSR1); printf("nested %d depth %d\n", got, maxdepth);
  sigemptyset(&set); sigaddset(&set, SIGUSR1); sigprocmask(SIG_BLOCK, &set, &old);
  got = 5; raise(SIGUSR1); raise(SIGUSR1); printf("blocked %d\n", got);
  sigpending(&set); printf("pending %d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
  sigprocmask(SIG_SETMASK, &old, 0); printf("after %d\n", got);
  sa.sa_sigaction = fault; sa.sa_flags = SA_SIGINFO; sigaction(SIGSEGV, &sa, 0); sigaction(SIGBUS, &sa, 0); sigaction(SIGFPE, &sa, 0);
  int s;
  if ((s = sigsetjmp(env, 1)) == 0) *(volatile int *)16 = 1; printf("segv %d at %p code %d\n", s, where, code);
  page = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if ((s = sigsetjmp(env, 1)) == 0) page[4097] = 1; printf("segv %d at +%ld code %d\n", s, (char *)where - page, code);
  volatile int zero = 0; if ((s = sigsetjmp(env, 1)) == 0) printf("%d\n", 7 / zero); printf("fpe %d code %d\n", s, code);
  sa.sa_sigaction = fix; sigaction(SIGSEGV, &sa, 0); got = 0;
  page[7] = 'x'; page[8] = 'y'; printf("restarted %c%c %d\n", page[7], page[8], got);
  mprotect(page, 4096, PROT_READ); memset(page, 'z', 100); printf("libc restarted %c %d\n", page[99], got);
  signal(SIGALRM, count); got = 0;
  alarm(1); unsigned left = sleep(10); printf("sleep left %d got %d\n", left == 8 || left == 9, got);
  alarm(2); printf("alarm left %u\n", alarm(0));
  int p[2]; char c; pipe(p);
  sa.sa_handler = count; sa.sa_flags = 0; sigaction(SIGALRM, &sa, 0);
  alarm(1); int n = read(p[0], &c, 1); printf("read %d eintr %d\n", n, errno == EINTR);
  sigemptyset(&set); got = 0; alarm(1); n = sigsuspend(&set); printf("sigsuspend %d %d got %d\n", n, errno == EINTR, got);
  sa.sa_handler = count; sa.sa_flags = SA_RESTART; sigaction(SIGALRM, &sa, 0);
  if (fork() == 0) { sleep(2); write(p[1], "k", 1); _exit(0); }
  alarm(1); n = read(p[0], &c, 1); printf("restart %d %c\n", n, c); wait(0);
  sa.sa_sigaction = chld; sa.sa_flags = SA_SIGINFO; sigaction(SIGCHLD, &sa, 0); fflush(stdout);
  if (fork() == 0) _exit(9);
  while (wait(0) < 0) ;
  printf("kill9 %d stop %d\n", sigaction(SIGKILL, &sa, 0), errno == EINVAL);
  sa.sa_handler = count; sa.sa_flags = SA_RESETHAND; sigaction(SIGTERM, &sa, 0); raise(SIGTERM); sigaction(SIGTERM, 0, &sa); printf("reset %d\n", sa.sa_handler == SIG_DFL);
  signal(SIGINT, SIG_IGN); raise(SIGINT); printf("ignored\n"); fflush(stdout);
  signal(SIGABRT, count); got = 0;
  int st; if (fork() == 0) abort(); wait(&st); printf("abort %d\n", WTERMSIG(st));
  return 0;
}
