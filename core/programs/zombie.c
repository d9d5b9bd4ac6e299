/* A child that has ended and was not waited for: no memory, no code, only an entry with its exit status. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    usleep(1000);
    printf("the child has ended\n");
    getchar(); /* ps: STAT Z, RSS 0, and <defunct> behind its name */

    int status;
    waitpid(child, &status, 0);
    printf("waited for: it left %d\n", WEXITSTATUS(status));
    getchar(); /* now it is gone */
    return 0;
}
