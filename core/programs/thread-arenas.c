/* malloc in a second thread: an arena of its own, so that nobody has to wait. It reserves 64 MiB, and uses 132 kB. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_barrier_t meet;

static void *work(void *argument)
{
    pthread_barrier_wait(&meet); /* running */
    pthread_barrier_wait(&meet);
    char *p = malloc(1000);
    p[0] = 1;
    pthread_barrier_wait(&meet); /* has a block */
    pthread_barrier_wait(&meet);
    free(p);
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_barrier_init(&meet, NULL, 2);
    pthread_create(&thread, NULL, work, NULL);
    pthread_barrier_wait(&meet);
    printf("a second thread, which has not asked for memory\n");
    getchar();

    pthread_barrier_wait(&meet);
    pthread_barrier_wait(&meet);
    printf("it has asked for 1000 bytes\n");
    getchar(); /* VSZ + 65536 kB, RSS + a few kB */

    pthread_barrier_wait(&meet);
    pthread_join(thread, NULL);
    printf("it has ended\n");
    getchar(); /* the arena stays for the next thread */
    return 0;
}
