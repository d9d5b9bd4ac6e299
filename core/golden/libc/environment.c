#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

static void where(const char *what)
{
    printf("%s: the next of 40 at %lx\n", what, (unsigned long)malloc(40) & 0xfff);
}

int main(void)
{
    char own[] = "COLOUR=red", name[16];
    clearenv();
    where("start");
    printf("%d\n", setenv("A", "1", 1));
    where("first");
    printf("%d %s\n", setenv("A", "22", 0), getenv("A"));
    printf("%d %s\n", setenv("A", "22", 1), getenv("A"));
    where("replaced");
    setenv("A", "1", 1);
    where("a value of before");
    printf("%d %s\n", putenv(own), getenv("COLOUR"));
    strcpy(own + 7, "tan");
    printf("%s\n", getenv("COLOUR"));
    where("put");
    printf("%d %s\n", unsetenv("A"), getenv("A") ? "there" : "gone");
    setenv("LONG", "a longer value than those before it", 1);
    where("again");
    printf("%d %d %d\n", setenv("", "x", 1), setenv("a=b", "x", 1), unsetenv("="));
    for (char **e = environ; *e; e++)
        puts(*e);
    prctl(PR_SET_NAME, "a name of more than sixteen");
    prctl(PR_GET_NAME, name);
    printf("%s, %d\n", name, prctl(9999));
    return 0;
}
