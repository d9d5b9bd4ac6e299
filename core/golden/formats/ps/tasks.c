/* Processes in every state that ps tells apart, for captures: see capture.py. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t ready;

static void *worker(void *name)
{
    prctl(PR_SET_NAME, name);
    pthread_barrier_wait(&ready);
    for (;;)
        pause();
    return NULL;
}

int main(void)
{
    char *names[] = { "reader", "a writer (2)" };
    pthread_t threads[2];
    pid_t stopped, child;
    if (fork() == 0)
        _exit(3);
    stopped = fork();
    if (stopped == 0)
        for (;;)
            pause();
    child = fork();
    if (child == 0) {
        char *memory = malloc(3 << 20);
        memset(memory, 1, 3 << 20);
        prctl(PR_SET_NAME, "child");
        if (fork() == 0) {
            nice(5);
            pause();
        }
        pause();
    }
    kill(stopped, SIGSTOP);
    mlock(names, sizeof names);
    pthread_barrier_init(&ready, NULL, 3);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, worker, names[i]);
    pthread_barrier_wait(&ready);
    getchar();
    kill(0, SIGKILL);
}
