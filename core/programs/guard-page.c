/* A page without rights catches whoever runs past the end. Here the signal is handled, and the program goes on. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>

#define PAGE 4096

static sigjmp_buf back;
static char *volatile hit;

static void on_segv(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    hit = info->si_addr; /* the address that was touched */
    siglongjmp(back, 1);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);

    char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(p + 3 * PAGE, PAGE, PROT_NONE);
    printf("three pages, and a guard page behind them\n");
    getchar();

    if (sigsetjmp(back, 1) == 0)
        for (volatile int i = 0;; i++)
            p[i] = 'x'; /* does not know where to stop */
    printf("stopped at byte %ld, the first of the guard page\n", (long)(hit - p));
    getchar();
    return 0;
}
