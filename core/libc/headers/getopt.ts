/** <getopt.h>, and the part of it that <unistd.h> declares. */
import { header } from './guard.js'

const unistd = header(
  'bits/getopt.h',
  `
extern char *optarg;
extern int optind;
extern int opterr;
extern int optopt;
int getopt(int argc, char *const argv[], const char *options);
`,
)

const getopt = header(
  'getopt.h',
  `
#include <bits/getopt.h>
#define no_argument 0
#define required_argument 1
#define optional_argument 2
struct option {
  const char *name;
  int has_arg;
  int *flag;
  int val;
};
int getopt_long(int argc, char *const argv[], const char *options, const struct option *longs, int *index);
int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *longs, int *index);
`,
)

export const getoptHeaders = [unistd, getopt] as const
