/* Handlers on a stack of their own: a stack overflow, what sigaltstack refuses, threads and forked children. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 65536
static char *stack;
static sigjmp_buf back;
static volatile long depth;

static int overflow(int n)
{
  char frame[4096];
  memset(frame, n, sizeof frame);
  depth = n;
  return overflow(n + 1) + frame[0];
}

static const char *where(void *p)
{
  return (char *)p >= stack && (char *)p < stack + SIZE ? "alternate" : "own";
}

static void on_segv(int signal, siginfo_t *info, void *context)
{
  char local;
  ucontext_t *uc = context;
  stack_t now, other = {stack, 0, SIZE};
  sigaltstack(NULL, &now);
  printf("signal %d, code %d, on %s stack, flags %d\n", signal, info->si_code, where(&local), now.ss_flags);
  printf("saved %s %d %zu\n", uc->uc_stack.ss_sp == stack ? "same" : "other", uc->uc_stack.ss_flags, uc->uc_stack.ss_size);
  printf("change %d %s\n", sigaltstack(&other, NULL), strerror(errno));
  printf("fault near the stack pointer: %d\n", labs((long)info->si_addr - (long)uc->uc_mcontext.gregs[REG_RSP]) < 65536);
  siglongjmp(back, 1);
}

static void on_usr1(int signal)
{
  char local;
  printf("usr1 on %s stack\n", where(&local));
}

static void on_usr2(int signal)
{
  char local;
  printf("usr2 on %s stack\n", where(&local));
  raise(SIGUSR1);
}

static void *thread(void *p)
{
  stack_t now;
  sigaltstack(NULL, &now);
  printf("thread: %p %d %zu\n", now.ss_sp, now.ss_flags, now.ss_size);
  raise(SIGUSR1);
  return p;
}

static void set(void *base, int flags, size_t size)
{
  stack_t wanted = {base, flags, size}, now;
  int result = sigaltstack(&wanted, NULL);
  printf("set: %d %s;", result, result ? strerror(errno) : "ok");
  sigaltstack(NULL, &now);
  printf(" now %s %d %zu\n", now.ss_sp == stack ? "stack" : "none", now.ss_flags, now.ss_size);
}

static void handle(int signal, void *handler, int flags)
{
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, NULL);
}

static void in_child(void (*run)(void))
{
  int status;
  if (fork() == 0) {
    run();
    _exit(0);
  }
  wait(&status);
  if (WIFSIGNALED(status)) printf("killed by %d\n", WTERMSIG(status));
  else printf("exit %d\n", WEXITSTATUS(status));
}

static void without_flag(void)
{
  handle(SIGSEGV, on_segv, SA_SIGINFO);
  overflow(0);
}

static void without_stack(void)
{
  stack_t none = {NULL, SS_DISABLE, 0};
  sigaltstack(&none, NULL);
  overflow(0);
}

static void too_small(void)
{
  stack_t small = {stack, 0, 2048};
  sigaltstack(&small, NULL);
  raise(SIGUSR1);
}

static void inherited(void) { raise(SIGUSR1); }

int main(void)
{
  pthread_t t;
  setbuf(stdout, NULL);
  stack = malloc(SIZE);
  set(NULL, SS_DISABLE, 0);
  set(stack, 0, 2047);
  set(stack, 5, SIZE);
  set(stack, 0, SIZE);
  handle(SIGSEGV, on_segv, SA_SIGINFO | SA_ONSTACK);
  handle(SIGUSR1, on_usr1, SA_ONSTACK);
  handle(SIGUSR2, on_usr2, 0);
  for (int i = 0; i < 2; i++) {
    if (sigsetjmp(back, 1) == 0) overflow(0);
    else printf("back, deep enough: %d\n", depth > 1500 && depth < 2100);
  }
  raise(SIGUSR1);
  raise(SIGUSR2);
  in_child(inherited);
  in_child(without_flag);
  in_child(without_stack);
  in_child(too_small);
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  set(NULL, SS_DISABLE, 0);
  raise(SIGUSR1);
  return 0;
}
