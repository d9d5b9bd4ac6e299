/* Nothing is mapped at address 0, so that the mistake of following a null pointer is found at once: SIGSEGV. */
#include <stddef.h>
#include <stdio.h>

struct node {
    int value;
    struct node *next;
};

static int sum(const struct node *node)
{
    int total = 0;
    do {
        total += node->value;
        node = node->next;
    } while (node->next != NULL); /* should be: while (node != NULL) */
    return total;
}

int main(void)
{
    struct node only = {1, NULL};
    printf("a list of one node; no mapping begins at address 0\n");
    getchar();
    printf("the sum is %d\n", sum(&only));
    return 0;
}
