/* After free the pointer is still there, and the memory soon is somebody else's: writing through it writes to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account {
    char owner[16];
    long balance;
};

static struct account *open_account(const char *owner, long balance)
{
    struct account *account = malloc(sizeof *account);
    strcpy(account->owner, owner);
    account->balance = balance;
    return account;
}

static void close_account(struct account *account)
{
    free(account);
}

int main(void)
{
    struct account *ann = open_account("Ann", 100);
    close_account(ann); /* ann still points there */
    struct account *bob = open_account("Bob", 500);
    printf("%s has %ld\n", bob->owner, bob->balance);
    getchar();

    ann->balance = 0; /* use after free */
    printf("%s has %ld\n", bob->owner, bob->balance);
    getchar();
    return 0;
}
