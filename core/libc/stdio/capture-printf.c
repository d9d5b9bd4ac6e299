/* Prints what the C library here makes of many printf formats, as JSON. See capture-printf.sh. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char out[1 << 14];
static int first = 1, first_arg, want_errno;

static void quote(const char *s, size_t n) {
  putchar('"');
  for (size_t i = 0; i < n; i++) {
    unsigned char c = s[i];
    if (c < 32 || c == '"' || c == '\\' || c > 126) printf("\\u%04x", c);
    else putchar(c);
  }
  putchar('"');
}
static void begin(const char *format) {
  printf("%s\n  {\"format\": ", first ? "" : ",");
  quote(format, strlen(format));
  printf(", \"errno\": %d, \"args\": [", want_errno);
  first = 0;
  first_arg = 1;
}
static void comma(void) {
  if (!first_arg) printf(", ");
  first_arg = 0;
}
static void arg_int(long long v) { comma(); printf("{\"i\": \"%lld\"}", v); }
static void arg_pointer(const void *p) { comma(); printf("{\"i\": \"%lu\"}", (unsigned long)p); }
static void arg_string(const char *s) {
  comma();
  if (s == NULL) { printf("{\"i\": \"0\"}"); return; }
  printf("{\"s\": ");
  quote(s, strlen(s));
  printf("}");
}
static void arg_double(double d) {
  uint64_t bits;
  memcpy(&bits, &d, 8);
  comma();
  printf("{\"f\": \"%016lx\"}", bits);
}
static void arg_long_double(long double d) { arg_double((double)d); }
static void end(int result) {
  printf("], \"result\": %d, \"output\": ", result);
  quote(out, result < 0 ? 0 : strlen(out) < (size_t)result ? (size_t)result : strlen(out));
  printf("}");
}

#define ARG(x) _Generic((x), float: arg_double, double: arg_double, long double: arg_long_double, \
  char *: arg_string, const char *: arg_string, void *: arg_pointer, default: arg_int)(x)
#define CASE0(f) (begin(f), errno = want_errno, end(snprintf(out, sizeof out, f)))
#define CASE(f, a) (begin(f), ARG(a), errno = want_errno, end(snprintf(out, sizeof out, f, a)))
#define CASE2(f, a, b) (begin(f), ARG(a), ARG(b), errno = want_errno, end(snprintf(out, sizeof out, f, a, b)))
#define CASE3(f, a, b, c) (begin(f), ARG(a), ARG(b), ARG(c), errno = want_errno, end(snprintf(out, sizeof out, f, a, b, c)))
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void integers(void) {
  static const char *signed_formats[] = {"%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%8.3d", "%-8.3d|", "%08.3d", "%+.0d", "%.0d"};
  static const int values[] = {0, 1, -1, 42, -12345, 2147483647, -2147483647 - 1};
  for (size_t i = 0; i < COUNT(signed_formats); i++)
    for (size_t j = 0; j < COUNT(values); j++) CASE(signed_formats[i], values[j]);
  static const char *unsigned_formats[] = {"%u", "%x", "%X", "%o", "%#x", "%#X", "%#o", "%#010x", "%-#10x|", "%#.5x", "%#.5o", "%.0x", "%#.0o", "%#.0x", "%012o", "%+u", "% x"};
  static const unsigned unsigned_values[] = {0, 8, 0xdeadbeef};
  for (size_t i = 0; i < COUNT(unsigned_formats); i++)
    for (size_t j = 0; j < COUNT(unsigned_values); j++) CASE(unsigned_formats[i], unsigned_values[j]);
  CASE("%hhd", 200); CASE("%hhu", 300); CASE("%hd", 70000); CASE("%hu", -1); CASE("%hhx", -1);
  CASE("%ld", -5L); CASE("%lu", -1L); CASE("%lld", -9223372036854775807LL - 1); CASE("%llu", -1LL); CASE("%llx", 0x123456789abcdefLL);
  CASE("%zu", 18446744073709551615UL); CASE("%zd", -1L); CASE("%jd", -7L); CASE("%td", -8L); CASE("%qd", -9LL); CASE("%Lx", -1LL);
  CASE("%lo", 0777L); CASE("%i", -3); CASE("%'d", 1234567); CASE("%I5d", 12);
  CASE2("%*d", 6, 42); CASE2("%*d|", -6, 42); CASE2("%.*d", 4, 42); CASE2("%.*d", -4, 42); CASE3("%*.*d", 8, 4, 42); CASE3("%-*.*d|", 8, 4, 42);
  CASE2("%2$d %1$d", 1, 2); CASE3("%3$s %1$*2$d", 7, 4, "x"); CASE2("%1$d %1$x %2$s", 255, "y");
}

static void strings(void) {
  static const char *formats[] = {"%s", "%10s|", "%-10s|", "%.3s", "%10.3s|", "%-10.3s|", "%.0s", "[%s]"};
  static const char *values[] = {"", "a", "hello", "hello, world", "tab\there\n", NULL};
  for (size_t i = 0; i < COUNT(formats); i++)
    for (size_t j = 0; j < COUNT(values); j++) CASE(formats[i], values[j]);
  CASE("%.5s", (char *)NULL); CASE("%.6s", (char *)NULL); CASE("%9s", (char *)NULL); CASE("%05s", "ab"); CASE("%S", (char *)NULL);
  CASE2("%*s|", 7, "ab"); CASE2("%*s|", -7, "ab"); CASE2("%.*s|", 1, "ab"); CASE2("%.*s|", -1, "ab");
  CASE("%c", 'x'); CASE("%3c|", 'x'); CASE("%-3c|", 'x'); CASE("%c", 0x141); CASE("%lc", 'z'); CASE("%03c", 'x'); CASE("%C", 'q');
  CASE("%p", (void *)0); CASE("%10p|", (void *)0); CASE("%-10p|", (void *)0); CASE("%010p", (void *)0); CASE("%p", (void *)0x7fffdeadbeef);
  CASE("%20p|", (void *)0x1234); CASE("%-20p|", (void *)0x1234); CASE("%020p", (void *)0x1234); CASE("%+p", (void *)0x12); CASE("% p", (void *)0x12); CASE("%.8p", (void *)0x12);
  CASE("%.2p", (void *)0); CASE("%+p", (void *)0);
  CASE0("%%"); CASE0("%5%|"); CASE0("100%% sure"); CASE0(""); CASE0("%-5%|");
  CASE0("%"); CASE0("abc%"); CASE0("%5"); CASE0("%l"); CASE0("%y"); CASE0("a%#+-08.3yb"); CASE0("%5.y"); CASE0("% y"); CASE0("%ly");
  CASE("%99999999999d", 1); CASE3("%d %s %d", 1, "two", 3); CASE3("pid is %d\n%s%c", 42, "x", 'y');
  want_errno = ENOENT; CASE0("%m");
  want_errno = EACCES; CASE0("%20m|"); want_errno = 4711; CASE0("%m");
  want_errno = 0;
}

static void doubles(void) {
  static const char *formats[] = {"%f", "%e", "%g", "%a", "%.0f", "%.0e", "%.0g", "%.0a", "%.3f", "%.3e", "%.3g", "%.3a", "%#.0f", "%#.0e", "%#g",
    "%12.4f|", "%-12.4f|", "%012.4f", "%+.2f", "% .2f", "%.17g", "%.20f", "%G", "%E", "%A", "%.15g", "%20a|", "%-20a|", "%020a", "%.1f", "%.10g"};
  static const double values[] = {0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 0.1, 3.14159265358979, 100.0, 99999.95, 999999.5, 1e6, 123456789.0, 1e-5, 0.0001, 0.00001234,
    1e22, 1e23, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 1.9999999999999998, 0.3, 9.5, 1e15 + 0.3};
  for (size_t i = 0; i < COUNT(formats); i++)
    for (size_t j = 0; j < COUNT(values); j++) CASE(formats[i], values[j]);
  static const double special[] = {INFINITY, -INFINITY};
  static const char *special_formats[] = {"%f", "%F", "%e", "%G", "%a", "%10f|", "%-10f|", "%010f", "%+f", "% f", "%.2f"};
  for (size_t i = 0; i < COUNT(special_formats); i++) {
    for (size_t j = 0; j < COUNT(special); j++) CASE(special_formats[i], special[j]);
    CASE(special_formats[i], NAN); CASE(special_formats[i], -NAN);
  }
  CASE("%.60f", 0.1); CASE("%.60f", 5e-324); CASE("%.1080f", 5e-324); CASE("%.1100f", 1e-300); CASE("%.50e", DBL_MAX); CASE("%.800e", 2.2250738585072009e-308);
  CASE("%.70g", 0.1); CASE("%#.70g", 0.5); CASE("%.0f", 1e300); CASE("%5000.1f", 1.0); CASE("%.5a", 1.999999); CASE("%.20a", 1.1); CASE("%.2a", 5e-324); CASE("%.0a", 1.5); CASE("%.0a", 2.5); CASE("%#.0a", 1.0);
  static const double carries[] = {9.9999999e-5, 9.9999995, 0.99999999, 99999.999, 999999.9, 0.00099999999};
  static const char *carry_formats[] = {"%g", "%#g", "%.3g", "%#.3g", "%#.0g", "%#.1g"};
  for (size_t i = 0; i < COUNT(carry_formats); i++)
    for (size_t j = 0; j < COUNT(carries); j++) CASE(carry_formats[i], carries[j]);
  /* long double arguments that a double can hold: the simulated compiler computes long double as double */
  CASE("%Lf", 1.5L); CASE("%La", 1.0L); CASE("%La", (long double)3.14159); CASE("%.3La", (long double)0.1); CASE("%Lg", (long double)1e100); CASE("%La", (long double)5e-324); CASE("%La", 0.0L);
  CASE("%lf", 2.25); CASE("%lg", 1e10); CASE2("%.*f", 2, 2.675); CASE3("%*.*e", 14, 3, 12345.678); CASE("%'.2f", 1234567.891);
}

int main(void) {
  printf("[");
  integers();
  strings();
  doubles();
  printf("\n]\n");
  return 0;
}
