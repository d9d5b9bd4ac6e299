/* A process whose parent ended before it: it goes on, and init (pid 1) is its parent from then on. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return 1;

    if (fork() == 0) {     /* the child ... */
        if (fork() == 0) { /* ... and the grandchild, */
            pid_t parent = getppid();
            while (getppid() == parent) /* which waits until its parent is another */
                usleep(100);
            int adopted = 1;
            if (write(ends[1], &adopted, sizeof adopted) < 0)
                _exit(1);
            _exit(0);
        }
        usleep(1000);
        _exit(0); /* the child does not wait for it */
    }
    wait(NULL);
    printf("the child has ended, its child has not\n");
    getchar();

    int adopted = 0;
    if (read(ends[0], &adopted, sizeof adopted) < 0)
        return 1;
    printf("the orphan was %s\n", adopted ? "adopted" : "lost");
    getchar();
    return 0;
}
