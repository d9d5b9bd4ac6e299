#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void where(const char *what, void *p)
{
    printf("%s at %lx, the next of 40 at %lx\n", what, (unsigned long)p & 0xfff, (unsigned long)malloc(40) & 0xfff);
}

int main(void)
{
    printf("heap at %lx\n", (unsigned long)sbrk(0) & 0xfff);
    char line[100], block[6000];
    fpos_t mark;
    FILE *none = fopen("/nowhere/at/all", "r");
    FILE *f = fopen("data.txt", "w+");
    where("f", f);
    printf("none %d\n", none == NULL);
    for (int i = 0; i < 1000; i++)
        fprintf(f, "line %d of the file\n", i);
    printf("tell %ld\n", ftell(f));
    rewind(f);
    printf("%s", fgets(line, sizeof line, f));
    printf("tell %ld\n", ftell(f));
    fgetpos(f, &mark);
    printf("seek %d\n", fseek(f, 5000, SEEK_SET));
    printf("%s", fgets(line, sizeof line, f));
    fseek(f, -30, SEEK_END);
    printf("%s", fgets(line, sizeof line, f));
    fsetpos(f, &mark);
    printf("%s", fgets(line, sizeof line, f));
    fseek(f, 0, SEEK_CUR);
    fputs("LINE", f);
    fseek(f, -4, SEEK_CUR);
    printf("%s", fgets(line, sizeof line, f));
    printf("tell %ld eof %d\n", ftell(f), feof(f));
    where("written", f);
    printf("close %d\n", fclose(f));
    f = fopen("data.txt", "a");
    where("appending", f);
    fputs("more\n", f);
    printf("tell %ld\n", ftell(f));
    fclose(f);
    f = fopen("data.txt", "r");
    where("reading", f);
    size_t n = fread(block, 1, sizeof block, f);
    printf("read %zu %.10s tell %ld\n", n, block, ftell(f));
    printf("write %d error %d\n", fputc('x', f), ferror(f));
    char *p = NULL;
    size_t room = 0;
    ssize_t length = getline(&p, &room, f);
    printf("line %zd %zu %s", length, room, p);
    free(p);
    where("buffered", p);
    fseek(f, 0, SEEK_END);
    printf("end %ld %d %d\n", ftell(f), fgetc(f), feof(f));
    FILE *g = freopen("other.txt", "w", f);
    printf("same %d fileno %d\n", g == f, fileno(g));
    fwrite(block, 1, 5000, g);
    fclose(g);
    f = fdopen(dup(1), "w");
    where("copy", f);
    fprintf(f, "through a copy\n");
    fclose(f);
    f = tmpfile();
    where("tmp", f);
    fputs("gone soon", f);
    rewind(f);
    printf("tmp %s\n", fgets(line, sizeof line, f));
    fclose(f);
    f = fopen("other.txt", "r+");
    where("unbuffered", f);
    setvbuf(f, NULL, _IONBF, 0);
    printf("%c%c\n", fgetc(f), fgetc(f));
    fputc('#', f);
    rewind(f);
    printf("%s\n", fgets(line, 6, f));
    fclose(f);
    printf("remove %d %d\n", remove("data.txt"), remove("data.txt"));
    printf("rename %d %d\n", rename("other.txt", "new.txt"), access("new.txt", F_OK));
    remove("new.txt");
    f = fopen("/dev/null", "wx");
    printf("x %d\n", f == NULL);
    f = fopen("left.txt", "w");
    fputs("not closed\n", f);
    void *after = malloc(24);
    printf("after %lx\n", (unsigned long)after & 0xfff);
    fflush(NULL);
    remove("left.txt");
    return 0;
}
