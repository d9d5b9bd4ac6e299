/* A pipe is a buffer in the kernel: the writer's bytes are copied in, the reader's out. Nothing is shared. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return 1;

    if (fork() == 0) { /* the child writes the squares */
        close(ends[0]);
        for (int i = 1; i <= 5; i++) {
            int square = i * i;
            if (write(ends[1], &square, sizeof square) < 0)
                _exit(1);
        }
        _exit(0);
    }

    close(ends[1]); /* or else read would wait for ever: the parent itself could still write */
    int number, sum = 0;
    while (read(ends[0], &number, sizeof number) > 0) {
        printf("read %d\n", number);
        sum += number;
    }
    wait(NULL);
    printf("end of file; the sum is %d\n", sum);
    getchar();
    return 0;
}
