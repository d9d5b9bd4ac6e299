/* SIGBUS: the mapping is longer than the file. The address is good, but there is no page of the file to put there. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static sigjmp_buf back;

static void on_bus(int signal)
{
    siglongjmp(back, signal);
}

int main(void)
{
    signal(SIGBUS, on_bus);
    int fd = open("short.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, 100) != 0)
        return 1;
    unlink("short.dat");
    volatile char *p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    printf("a file of 100 bytes, mapped in two pages\n");
    getchar();

    printf("byte 50 is %d\n", p[50]);
    printf("byte 200 is %d: the rest of the last page is zeros\n", p[200]);
    getchar();

    if (sigsetjmp(back, 1) == 0)
        printf("byte 5000 is %d\n", p[5000]);
    else
        printf("byte 5000 is in a page the file does not have: SIGBUS\n");
    getchar();
    return 0;
}
