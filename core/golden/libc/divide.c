/* Quotient and remainder as structures; the widest integers. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int sum(div_t d) { return d.quot + d.rem; }

int main(void)
{
  int numerators[] = {17, -17, 0, 2147483647}, denominators[] = {5, -5, 1, -2147483647};
  char *end;
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      div_t d = div(numerators[i], denominators[j]);
      ldiv_t l = ldiv(numerators[i] * 3000000000L, denominators[j]);
      lldiv_t ll = lldiv(numerators[i] * 3000000000LL, denominators[j] * 7LL);
      printf("%d %d %d; %ld %ld; %lld %lld; ", d.quot, d.rem, sum(div(numerators[i], denominators[j])), l.quot, l.rem, ll.quot, ll.rem);
      printf("%zu\n", sizeof d + sizeof l + sizeof ll);
    }
  printf("%d\n", div(100, 7).rem);
  printf("%" PRIdMAX " %" PRIdMAX "\n", imaxabs(-5), strtoimax("-9223372036854775808x", &end, 10));
  printf("%s %" PRIuMAX "\n", end, strtoumax("0xffffffffffffffff", NULL, 0));
  printf("%s\n", secure_getenv("PAGEWALK_NOT_SET") ? "set" : "not set");
  return 0;
}
