/* A program has no heap until somebody asks for one. Here it is printf: it wants a buffer, and calls malloc. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0)
        _exit(1);
}

int main(void)
{
    char key;

    say("written with write: there is no [heap] yet\n");
    if (read(0, &key, 1) < 0)
        return 1;

    printf("written with printf: now there is, 132 kB of it\n");
    if (read(0, &key, 1) < 0)
        return 1;
    return 0;
}
