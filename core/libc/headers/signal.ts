/** <signal.h> and <ucontext.h>, with the layouts of x86-64 (bits/types/siginfo_t.h, sys/ucontext.h). */
import { signalTable } from '../signal-table.js'
import { header } from './guard.js'

const sigset = header(
  'bits/sigset.h',
  `
typedef struct {
  unsigned long __val[16];
} sigset_t;
`,
)

const signal = header(
  'signal.h',
  `
#include <bits/types.h>
#include <bits/sigset.h>
#include <bits/time.h>
typedef int sig_atomic_t;
${signalTable.map(([value, name]) => `#define ${name} ${value}`).join('\n')}
#define SIGIOT SIGABRT
#define SIGIO SIGPOLL
#define NSIG 65
#define _NSIG 65
typedef void (*__sighandler_t)(int);
typedef __sighandler_t sighandler_t;
#define SIG_DFL ((__sighandler_t)0)
#define SIG_IGN ((__sighandler_t)1)
#define SIG_ERR ((__sighandler_t)-1)
typedef union sigval {
  int sival_int;
  void *sival_ptr;
} sigval_t;
typedef struct {
  int si_signo;
  int si_errno;
  int si_code;
  int __pad0;
  union {
    int __pad[28];
    struct {
      pid_t __pid;
      uid_t __uid;
      int __status;
    } __child;
    struct {
      void *__addr;
    } __fault;
  } __fields;
} siginfo_t;
#define si_pid __fields.__child.__pid
#define si_uid __fields.__child.__uid
#define si_status __fields.__child.__status
#define si_addr __fields.__fault.__addr
struct sigaction {
  union {
    __sighandler_t sa_handler;
    void (*sa_sigaction)(int, siginfo_t *, void *);
  } __sigaction_handler;
  sigset_t sa_mask;
  int sa_flags;
  void (*sa_restorer)(void);
};
#define sa_handler __sigaction_handler.sa_handler
#define sa_sigaction __sigaction_handler.sa_sigaction
#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_ONSTACK 0x08000000
#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
#define SI_USER 0
#define SI_KERNEL 0x80
#define SI_TKILL (-6)
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define FPE_INTDIV 1
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#include <ucontext.h>
int raise(int signal);
int kill(pid_t pid, int signal);
sighandler_t signal(int signal, sighandler_t handler);
int sigaction(int signal, const struct sigaction *action, struct sigaction *old);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int signal);
int sigdelset(sigset_t *set, int signal);
int sigismember(const sigset_t *set, int signal);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int sigaltstack(const stack_t *stack, stack_t *old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
`,
)

const ucontext = header(
  'ucontext.h',
  `
#include <bits/types.h>
#include <bits/sigset.h>
typedef long long greg_t;
typedef greg_t gregset_t[23];
enum {
  REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RDI, REG_RSI, REG_RBP, REG_RBX,
  REG_RDX, REG_RAX, REG_RCX, REG_RSP, REG_RIP, REG_EFL, REG_CSGSFS, REG_ERR, REG_TRAPNO, REG_OLDMASK, REG_CR2
};
typedef struct {
  void *ss_sp;
  int ss_flags;
  size_t ss_size;
} stack_t;
typedef struct {
  gregset_t gregs;
  void *fpregs;
  unsigned long long __reserved1[8];
} mcontext_t;
typedef struct ucontext_t {
  unsigned long uc_flags;
  struct ucontext_t *uc_link;
  stack_t uc_stack;
  mcontext_t uc_mcontext;
  sigset_t uc_sigmask;
} ucontext_t;
`,
)

const sched = header(
  'sched.h',
  `
int sched_yield(void);
`,
)

export const signalHeaders = [sigset, signal, ucontext, sched] as const
