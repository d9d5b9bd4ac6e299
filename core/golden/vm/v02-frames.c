#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

/* Where a function's array, scalars and parameters lie in its frame decides which pages of the stack it touches. */
static int below(int n)
{
    char unused[3000];
    volatile char room[4000];
    int i = 0, rest = 0;
    room[n % 4000] = n;
    if (n > 0)
        rest = below(n - 1);
    return rest + room[n % 4000] + i;
}

static int untouched(int n)
{
    char room[5 * 4096];
    return n;
}

static int through(int n)
{
    char room[5 * 4096];
    int *p = &n;
    room[n] = 1;
    return untouched(*p) + room[n];
}

static sem_t go, done;
static int sum;

static void *work(void *arg)
{
    long again;
    sum += below(100);
    sem_post(&done);
    sem_wait(&go);
    for (again = 0; again < 3; again++)
        sum += through(again + 300);
    sem_post(&done);
    sem_wait(&go);
    return arg;
}

int main(void)
{
    pthread_t thread;
    sem_init(&go, 0, 0);
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    sem_wait(&done);
    printf("recursion in a thread, %d\n", sum);
    getchar();
    sem_post(&go);
    sem_wait(&done);
    printf("large frames, %d\n", sum);
    getchar();
    sem_post(&go);
    pthread_join(thread, NULL);
    printf("joined\n");
    getchar();
    return 0;
}
