/* A signal interrupts whatever runs, calls its handler, and goes back. A blocked one waits, and comes once. */
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t caught;

static void on_usr1(int signal)
{
    (void)signal;
    caught++;
}

int main(void)
{
    sigset_t set;
    signal(SIGUSR1, on_usr1);
    raise(SIGUSR1);
    raise(SIGUSR1);
    printf("raised twice: caught %d\n", caught);
    getchar();

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    raise(SIGUSR1);
    printf("raised twice while blocked: caught %d\n", caught);
    getchar();

    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("unblocked: caught %d\n", caught);
    getchar();
    return 0;
}
