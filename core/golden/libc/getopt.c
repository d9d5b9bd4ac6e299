/* Options as programs read them: short ones, long ones, and arguments between them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void scan_short(int argc, char **argv)
{
  int option, count = 0;
  char *name = "none";
  while ((option = getopt(argc, argv, "n:v")) != -1) {
    switch (option) {
    case 'n': name = optarg; break;
    case 'v': count++; break;
    default: printf("usage: %s [-v] [-n name] file... (%c)\n", argv[0], optopt);
    }
  }
  printf("name %s, %d times v, rest:", name, count);
  for (; optind < argc; optind++) printf(" %s", argv[optind]);
  printf("\n");
}

static void scan_long(int argc, char **argv)
{
  static int verbose;
  static struct option options[] = {
    {"verbose", no_argument, &verbose, 1},
    {"size", required_argument, 0, 's'},
    {"color", optional_argument, 0, 'c'},
    {0, 0, 0, 0},
  };
  int option, index;
  optind = 0;
  while ((option = getopt_long(argc, argv, "s:c::", options, &index)) != -1) {
    if (option == 's') printf("size %d\n", atoi(optarg));
    else if (option == 'c') printf("color %s\n", optarg ? optarg : "auto");
    else if (option == 0) printf("flag %s\n", options[index].name);
    else printf("?\n");
  }
  printf("verbose %d, %d left\n", verbose, argc - optind);
}

int main(void)
{
  char *first[] = {"./prog", "file", "-v", "-nalice", "other", "-vx", "--", "-v", NULL};
  char *second[] = {"./prog", "--size=4", "in", "--col", "--color=red", "-s", "8", "--verb", "--none", "--size", NULL};
  setbuf(stdout, NULL);
  dup2(1, 2);
  scan_short(8, first);
  scan_long(10, second);
  return 0;
}
