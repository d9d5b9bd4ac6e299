#include <stdio.h>

struct point { int x, y; }; struct rect { struct point a, b; char name[8]; double w; };
struct node { int v; struct node *next; };
struct point mk(int x, int y) { struct point p = {x, y}; return p; } struct point add(struct point a, struct point b) { a.x += b.x; a.y += b.y; return a; }
struct rect mkr(struct point a, struct point b, double w) { struct rect r = {a, b, "rect", w}; return r; } double area(struct rect r) { r.name[0] = 'X'; return (r.b.x - r.a.x) * (r.b.y - r.a.y) * r.w; }
struct tiny { char c; }; struct tiny tn(char c) { struct tiny t; t.c = c; return t; } struct big { int a[100]; }; struct big fill(int n) { struct big b; int i; for (i = 0; i < 100; i++) b.a[i] = n * i; return b; }
int main(void) {
    struct point p = mk(1, 2), q = add(p, mk(10, 20)); printf("%d %d %d %d\n", p.x, p.y, q.x, q.y); struct rect r = mkr(p, add(q, q), 0.5), s; s = r; s.a.x = 77; printf("%f %f %s %s %d\n", area(r), area(s), r.name, s.name, r.a.x);
    printf("%d\n", mk(5, 6).y); printf("%d\n", add(mk(1, 1), mk(2, 2)).x); struct node c = {3, 0}, b = {2, &c}, a = {1, &b}, *n; for (n = &a; n; n = n->next) printf("%d ", n->v); printf("%d\n", a.next->next->v);
    printf("%c\n", tn('z').c); struct big g = fill(3); printf("%d %d\n", g.a[99], fill(2).a[50]); struct point arr[3] = {{1, 2}, {3, 4}, {5, 6}}, *pp = arr; pp++; *pp = arr[2]; pp->y *= 10; printf("%d %d\n", arr[1].x, arr[1].y); q = p = mk(8, 9); printf("%d %d\n", q.x, p.y);
    printf("%d %d %d %d\n", (int)sizeof(struct point), (int)sizeof(struct rect), (int)sizeof(struct tiny), (int)sizeof(struct node)); struct point z = 1 ? mk(4, 4) : p; printf("%d\n", z.x); z = p.x > 100 ? p : q; printf("%d\n", (p.x > 1 ? z : p).y); struct point *zp = &arr[0]; *zp++ = mk(50, 51); printf("%d %d\n", arr[0].x, (int)(zp - arr)); (p = q).x; struct rect m[2] = {[1] = {.b.y = 9, .name = "hi"}}; printf("%d %s %d\n", m[1].b.y, m[1].name, m[0].a.x);
    return 0;
}
