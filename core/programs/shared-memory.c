/* shm_open: memory with a name. It belongs to nobody, lives until it is unlinked, and counts as RssShmem. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "/pagewalk-demo"
#define SIZE (1024 * 1024)

static char *attach(void)
{
    int fd = shm_open(NAME, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, SIZE) != 0)
        return NULL;
    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return p;
}

int main(void)
{
    printf("before\n");
    getchar();

    if (fork() == 0) {
        memset(attach(), 'c', SIZE);
        _exit(0);
    }
    wait(NULL);
    printf("a child has come, written 1 MiB, and ended\n");
    getchar();

    char *p = attach();
    shm_unlink(NAME);
    printf("it is still there: %c\n", p[SIZE - 1]);
    getchar();
    return 0;
}
