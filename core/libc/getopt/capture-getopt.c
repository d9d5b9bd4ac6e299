/*
 * Prints what getopt, getopt_long and getopt_long_only of the C library here answer to many command lines, as JSON: for
 * each call the answer, optind, optopt, optarg, the index and the flag; at the end argv's order and what stderr got.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int flag, first = 1;
static const struct option longs[] = {
  {"verbose", no_argument, 0, 'v'},      {"version", no_argument, 0, 'V'}, {"output", required_argument, 0, 'o'},
  {"color", optional_argument, 0, 'c'},  {"quiet", no_argument, &flag, 7}, {"silent", no_argument, &flag, 7},
  {"sile", required_argument, 0, 300},   {"a", no_argument, 0, 'A'},       {"same-one", no_argument, 0, 5},
  {"same-two", no_argument, 0, 5},       {0, 0, 0, 0},
};

static void quote(const char *s) {
  putchar('"');
  for (; *s; s++) {
    unsigned char c = *s;
    if (c < 32 || c == '"' || c == '\\' || c > 126) printf("\\u%04x", c);
    else putchar(c);
  }
  putchar('"');
}

static int next(int kind, int argc, char **argv, const char *options, int *index) {
  if (kind == 0) return getopt(argc, argv, options);
  return (kind == 1 ? getopt_long : getopt_long_only)(argc, argv, options, longs, index);
}

/* The line is split at blanks; "@" stands for an empty argument. */
static void scan(int kind, const char *options, const char *line, int silent) {
  char text[256], errors[2000] = "", *argv[32] = {"./prog"};
  int argc = 1, index, saved = dup(2);
  FILE *file = tmpfile();
  strcpy(text, line);
  for (char *s = strtok(text, " "); s; s = strtok(NULL, " ")) argv[argc++] = strcmp(s, "@") ? s : "";
  printf("%s\n  {\"kind\": %d, \"options\": ", first ? "" : ",", kind);
  first = 0;
  quote(options);
  printf(", \"line\": ");
  quote(line);
  printf(", \"silent\": %d, \"calls\": [", silent);
  dup2(fileno(file), 2);
  optind = 0;
  opterr = !silent;
  optopt = '?';
  optarg = NULL;
  for (int answer = 0, i = 0; answer != -1 && i < 20; i++) {
    index = 99;
    flag = 0;
    answer = next(kind, argc, argv, options, &index);
    printf("%s[%d, %d, %d, ", i ? ", " : "", answer, optind, optopt);
    if (optarg) quote(optarg);
    else printf("null");
    printf(", %d, %d]", index, flag);
  }
  dup2(saved, 2);
  close(saved);
  rewind(file);
  fread(errors, 1, sizeof errors - 1, file);
  fclose(file);
  printf("], \"argv\": [");
  for (int i = 0; i < argc; i++) {
    printf("%s", i ? ", " : "");
    quote(argv[i]);
  }
  printf("], \"stderr\": ");
  quote(errors);
  printf("}");
}

#define COUNT(a) (int)(sizeof(a) / sizeof(*(a)))

int main(void) {
  static const char *shorts[] = {"ab:c::", "+ab:c::", "-ab:c::", ":ab:c::", "+:b:", "W;ab:", "", "nt:"};
  static const char *lines[] = {
    "", "-a", "-ab", "-ab value", "-abvalue x", "x -a y -b z w", "-c -cx -c x", "-z", "-az -q", "-- -a", "x -a -- -b y",
    "x y z", "- -a", "-b", "-a -b", "-b --", "-: -;", "-a @ -a", "-b @", "x -a y -a z -a -- w -a", "-t 5 -n name",
    "-Wverbose -W verbose x", "-W", "-W output=5", "-W output", "-\xe9", "-a- -b-", "--", "--a", "a b -- c -a",
  };
  static const char *words[] = {
    "--verbose", "--verb", "--ver", "--version=1", "--output=x rest", "--output x", "--output", "--output=", "--out=x",
    "--color", "--color=red", "--color red", "--quiet", "--sil", "--sile", "--sile x", "--silent", "--unknown",
    "--unknown=1 -a", "--s", "--same", "--same-one", "x --verbose y -a z", "-verbose", "-ver", "-a", "-o x", "-output x",
    "-vx", "--=x", "-- --verbose", "-W verbose", "-Wverbose x", "-W", "-W output x", "-Wversion=1", "-W color=x -a",
    "-sam -a", "-quiet=1", "-bx -b x", "--a", "-q", "--output -- x", "x -- --verbose y", "--v=3 -zb", "-c",
  };
  static const char *mixed[] = {"ab:", ":ab:", "+ab:", "-ab:", "W;ab:o:c"};
  printf("[");
  for (int i = 0; i < COUNT(shorts); i++)
    for (int j = 0; j < COUNT(lines); j++) scan(0, shorts[i], lines[j], 0);
  for (int kind = 1; kind <= 2; kind++)
    for (int i = 0; i < COUNT(mixed); i++)
      for (int j = 0; j < COUNT(words); j++) scan(kind, mixed[i], words[j], 0);
  scan(0, "ab:", "-z -b", 1);
  scan(1, "ab:", "--nothing --output", 1);
  setenv("POSIXLY_CORRECT", "1", 1);
  scan(0, "ab:", "-a x -a", 2);
  scan(0, "-ab:", "-a x -a", 2);
  printf("\n]\n");
  return 0;
}
