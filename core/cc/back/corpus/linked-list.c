#include <stdio.h>

#include <stdlib.h>
typedef struct node { int key; struct node *l, *r; } node; node *ins(node *t, int k) { if (!t) { t = malloc(sizeof *t); t->key = k; t->l = t->r = NULL; } else if (k < t->key) t->l = ins(t->l, k); else t->r = ins(t->r, k); return t; } void walk(node *t, int d) { if (!t) return; walk(t->l, d + 1); printf("%d@%d ", t->key, d); walk(t->r, d + 1); } int height(node *t) { int a, b; return t ? 1 + ((a = height(t->l)) > (b = height(t->r)) ? a : b) : 0; } void drop(node *t) { if (t) { drop(t->l); drop(t->r); free(t); } }
int main(void) { unsigned x = 12345; node *t = NULL; int i; for (i = 0; i < 30; i++) { x = x * 1103515245 + 12345; t = ins(t, x >> 16 & 1023); } walk(t, 0); printf("\n%d\n", height(t)); drop(t); int **m = malloc(4 * sizeof *m); for (i = 0; i < 4; i++) { m[i] = calloc(4, sizeof **m); m[i][i] = i + 1; } for (i = 0; i < 16; i++) printf("%d", m[i / 4][i % 4]); printf("\n"); for (i = 0; i < 4; i++) free(m[i]); free(m); return 0; }
