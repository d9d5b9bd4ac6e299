/* fork copies no page: both processes share them, and PSS counts half for each. Who writes gets a copy. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (8 * 1024 * 1024)

int main(void)
{
    int order[2], report[2];
    char byte = 0;
    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(p, 1, SIZE);
    if (pipe(order) != 0 || pipe(report) != 0)
        return 1;
    printf("8 MiB written\n");
    getchar();

    pid_t child = fork();
    if (child == 0) { /* waits for the order, writes half, says so, and waits for its end */
        while (read(order[0], &byte, 1) == 1) {
            memset(p, 2, SIZE / 2);
            if (write(report[1], &byte, 1) != 1)
                return 1;
        }
        pause();
    }
    printf("forked\n");
    getchar(); /* each has RSS 8 MiB, and PSS 4 MiB */

    if (write(order[1], &byte, 1) != 1 || read(report[0], &byte, 1) != 1)
        return 1;
    printf("the child has written to half of it\n");
    getchar(); /* 4096 kB more in use: PSS is 6 MiB each */

    kill(child, SIGKILL);
    wait(NULL);
    printf("the child is gone; here it still says %d\n", p[0]);
    getchar();
    return 0;
}
