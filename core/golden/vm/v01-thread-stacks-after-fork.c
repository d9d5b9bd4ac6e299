#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t go[4], done[4];

static void *work(void *arg)
{
    long i = (long)arg;
    sem_post(&done[i]);
    sem_wait(&go[i]);
    return arg;
}

static pthread_t start(long i)
{
    pthread_t thread;
    sem_init(&go[i], 0, 0);
    sem_init(&done[i], 0, 0);
    if (pthread_create(&thread, NULL, work, (void *)i) != 0)
        exit(1);
    sem_wait(&done[i]);
    return thread;
}

static void end(long i, pthread_t thread)
{
    sem_post(&go[i]);
    pthread_join(thread, NULL);
}

int main(void)
{
    int up[2], down[2], pid;
    char ch;

    pthread_t a = start(0), b = start(1), c = start(2);
    printf("three threads\n");
    getchar();

    end(0, a);
    end(1, b);
    printf("one is left\n");
    getchar();

    if (pipe(up) != 0 || pipe(down) != 0)
        exit(1);
    pid = fork();
    if (pid == 0) {
        write(up[1], "x", 1);
        read(down[0], &ch, 1);
        pthread_t d = start(3);
        write(up[1], "x", 1);
        read(down[0], &ch, 1);
        end(3, d);
        write(up[1], "x", 1);
        read(down[0], &ch, 1);
        _exit(0);
    }
    read(up[0], &ch, 1);
    printf("forked\n");
    getchar();

    write(down[1], "x", 1);
    read(up[0], &ch, 1);
    printf("the child has a thread of its own\n");
    getchar();

    write(down[1], "x", 1);
    read(up[0], &ch, 1);
    printf("and has joined it\n");
    getchar();

    a = start(0);
    printf("a new thread of the parent\n");
    getchar();

    end(2, c);
    printf("the one from before the fork is joined\n");
    getchar();

    pthread_detach(a);
    sem_post(&go[0]);
    write(down[1], "x", 1);
    waitpid(pid, NULL, 0);
    printf("the other one was detached; the child is gone\n");
    getchar();
    return 0;
}
