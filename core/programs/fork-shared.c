/* A shared mapping stays shared after fork: what the child writes, the parent reads. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int prot = PROT_READ | PROT_WRITE;
    int *shared = mmap(NULL, 4096, prot, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *private = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *shared = *private = 1;
    printf("shared %d, private %d\n", *shared, *private);
    getchar();

    if (fork() == 0) {
        *shared = *private = 2;
        _exit(0);
    }
    wait(NULL);
    printf("after the child wrote 2 to both: shared %d, private %d\n", *shared, *private);
    getchar();
    return 0;
}
