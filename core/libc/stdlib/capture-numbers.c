/* Prints what strtod, strtol, strtoul, rand and string functions of the C library here answer, as JSON. See capture-numbers.sh. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void quote(const char *s) {
  putchar('"');
  for (; *s; s++) {
    unsigned char c = *s;
    if (c < 32 || c == '"' || c == '\\' || c > 126) printf("\\u%04x", c);
    else putchar(c);
  }
  putchar('"');
}

static void floats(void) {
  static const char *texts[] = {"0", "-0", "1", "3.14", "  2.5x", "1e10", "1e-10", "1E5", ".5", "5.", ".", "", "abc", "+7", "-7.25e2", "1e", "1e+", "1e+5z", "0x10", "0x1.8p1", "0x.8", "0x", "0xg", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1p1024", "0x1.fffffffffffffp1023", "0x1.fffffffffffff8p1023", "0x1.00000000000008p0", "0x1.00000000000018p0", "0x123456789abcdef123p0",
    "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e400", "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400", "9007199254740993", "9007199254740992.5", "0.1", "0.30000000000000004", "123456789012345678901234567890", "inf", "-Infinity", "infinit", "nan", "nan(12)", "nan(", "-nan", "1_000", "1,5", "1e99999999999999999999", "0e99999", "0.000000000000000000000000000000000000000000001e45", "1e-320", "0x1p-1060", "0x.00001p-1040"};
  printf("\"strtod\": [");
  for (size_t i = 0; i < COUNT(texts); i++) {
    char *end;
    errno = 0;
    double d = strtod(texts[i], &end);
    uint64_t bits;
    memcpy(&bits, &d, 8);
    if (d != d) bits = 0x7ff8000000000000; /* no payload, no sign */
    printf("%s\n  {\"text\": ", i ? "," : "");
    quote(texts[i]);
    printf(", \"bits\": \"%016lx\", \"length\": %d, \"errno\": %d}", bits, (int)(end - texts[i]), errno);
  }
  printf("],\n");
}

static void integers(void) {
  static const char *texts[] = {"0", "42", "-42", "  +7x", "0x1f", "0X1F", "0x", "0xg", "077", "08", "z", "Zz", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "-1", "-18446744073709551616", "", "-", "+", " ", "1e5", "101010", "0b11"};
  static const int bases[] = {10, 0, 16, 8, 2, 36, 1, 37, -1};
  const char *separator = "";
  printf("\"strtol\": [");
  for (size_t i = 0; i < COUNT(texts); i++)
    for (size_t j = 0; j < COUNT(bases); j++) {
      char *start = (char *)texts[i], *end = start;
      errno = 0;
      long l = strtol(start, &end, bases[j]);
      int e = errno;
      unsigned long u = strtoul(start, NULL, bases[j]);
      printf("%s\n  {\"text\": ", separator);
      separator = ",";
      quote(start);
      printf(", \"base\": %d, \"signed\": \"%ld\", \"unsigned\": \"%lu\", \"length\": %d, \"errno\": %d}", bases[j], l, u, (int)(end - start), e);
    }
  printf("],\n");
}

static void randoms(void) {
  static const unsigned seeds[] = {1, 0, 42, 2147483648u, 4294967295u, 123456789};
  printf("\"rand\": [");
  for (size_t i = 0; i < COUNT(seeds); i++) {
    srand(seeds[i]);
    printf("%s\n  {\"seed\": %u, \"numbers\": [", i ? "," : "", seeds[i]);
    for (int k = 0; k < 40; k++) printf("%s%d", k ? ", " : "", rand());
    unsigned state = seeds[i];
    printf("], \"rand_r\": [");
    for (int k = 0; k < 10; k++) printf("%s%d", k ? ", " : "", rand_r(&state));
    printf("]}");
  }
  printf("],\n");
}

static void classes(void) {
  static int (*const functions[])(int) = {isalnum, isalpha, isblank, iscntrl, isdigit, isgraph, islower, isprint, ispunct, isspace, isupper, isxdigit, tolower, toupper};
  static const char *names[] = {"isalnum", "isalpha", "isblank", "iscntrl", "isdigit", "isgraph", "islower", "isprint", "ispunct", "isspace", "isupper", "isxdigit", "tolower", "toupper"};
  printf("\"ctype\": {");
  for (size_t i = 0; i < COUNT(functions); i++) {
    printf("%s\n  \"%s\": [", i ? "," : "", names[i]);
    for (int c = -1; c < 256; c++) printf("%s%d", c >= 0 ? "," : "", functions[i](c));
    printf("]");
  }
  printf("}\n");
}

int main(void) {
  printf("{");
  floats();
  integers();
  randoms();
  classes();
  printf("}\n");
  return 0;
}
