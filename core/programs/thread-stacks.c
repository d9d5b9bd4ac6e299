/* Each thread has a stack of its own: 8 MiB of address space, of which hardly anything is ever touched. */
#include <pthread.h>
#include <stdio.h>

#define THREADS 4

static pthread_barrier_t all_here;

static void *work(void *argument)
{
    pthread_barrier_wait(&all_here); /* all are running */
    pthread_barrier_wait(&all_here); /* all may end */
    return argument;
}

int main(void)
{
    pthread_t thread[THREADS];
    pthread_barrier_init(&all_here, NULL, THREADS + 1);
    printf("one thread\n");
    getchar();

    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, work, NULL);
    pthread_barrier_wait(&all_here);
    printf("%d threads more\n", THREADS);
    getchar(); /* VSZ + 32 MiB and a guard page for each; RSS + a few kB */

    pthread_barrier_wait(&all_here);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    printf("they have ended\n");
    getchar(); /* their stacks are kept for the next ones */
    return 0;
}
