/* Threads have one memory: what a thread maps and writes is there for all, and brought in once for all. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (4 * 1024 * 1024)

static char *shared;

static void *work(void *argument)
{
    shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(shared, 't', SIZE);
    return argument;
}

int main(void)
{
    pthread_t thread;
    printf("one thread\n");
    getchar();

    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    printf("another one has come, mapped 4 MiB, written it, and ended\n");
    getchar(); /* its faults and its pages count for the process */

    int found = 0;
    for (int i = 0; i < SIZE; i += 4096)
        found += shared[i] == 't';
    printf("main finds %d pages written\n", found);
    getchar(); /* no fault: the page tables are the same */
    return 0;
}
