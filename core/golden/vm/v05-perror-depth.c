// How deep perror reaches below its caller: a message before anything else was written to stderr goes through a
// stream of its own, later ones through stderr's 8 KiB on the stack.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static int used;

static void *complain(void *arg)
{
    if (used) fprintf(stderr, "in use\n");
    errno = ENOMEM;
    perror("thread");
    printf("said\n");
    getchar();
    return arg;
}

int main(void)
{
    pthread_t t;

    printf("start\n");
    getchar();
    pthread_create(&t, NULL, complain, NULL);
    pthread_join(t, NULL);
    used = 1;
    pthread_create(&t, NULL, complain, NULL);
    pthread_join(t, NULL);
    errno = EINVAL;
    perror("main");
    printf("end\n");
    getchar();
    return 0;
}
