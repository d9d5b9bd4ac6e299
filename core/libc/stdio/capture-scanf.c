/* Prints what the C library here makes of many sscanf calls, as JSON. See capture-scanf.sh. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int first = 1;

static void quote(const char *s) {
  putchar('"');
  for (; *s; s++) {
    unsigned char c = *s;
    if (c < 32 || c == '"' || c == '\\' || c > 126) printf("\\u%04x", c);
    else putchar(c);
  }
  putchar('"');
}

/* Every conversion gets 16 bytes of its own, filled with 0xaa; what is in them afterwards is the answer. */
static void scan(const char *format, const char *input) {
  static unsigned char out[4][16];
  memset(out, 0xaa, sizeof out);
  int result = sscanf(input, format, out[0], out[1], out[2], out[3]);
  printf("%s\n  {\"format\": ", first ? "" : ",");
  first = 0;
  quote(format);
  printf(", \"input\": ");
  quote(input);
  printf(", \"result\": %d, \"memory\": \"", result);
  for (int i = 0; i < 64; i++) printf("%02x", out[i / 16][i % 16]);
  printf("\"}");
}

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

int main(void) {
  printf("[");
  static const char *integer_formats[] = {"%d%n", "%i%n", "%x%n", "%o%n", "%u%n", "%3d%n", "%ld%n", "%hd%n", "%hhd%n", "%llx%n", "%*d%n", "%p%n", "%2i%n", "%zu%n"};
  static const char *integers[] = {"42", " -17x", "+5", "0x1F", "0x", "0xg", "077", "089", "-", "+-1", "", "   ", "abc", "99999999999", "-99999999999999999999", "18446744073709551616", "0", "(nil)", "00012", "4 2"};
  for (size_t i = 0; i < COUNT(integer_formats); i++)
    for (size_t j = 0; j < COUNT(integers); j++) scan(integer_formats[i], integers[j]);
  static const char *float_formats[] = {"%f%n", "%lf%n", "%4lf%n", "%le%n", "%lg%n", "%la%n", "%*lf%n", "%1lf%n", "%2lf%n"};
  static const char *floats[] = {"3.25", "-.5e3", "1e", "1e+", "1e+x", "1.", ".", "+", "0x1.8p3", "0x", "0x.", "0x.8", "inf", "-infinity", "infx", "infi", "nan", "in", "e5", "1.2.3", "", " 7", "1e400", "0.1", "123456", "-", "nax", "0e", "00.5"};
  for (size_t i = 0; i < COUNT(float_formats); i++)
    for (size_t j = 0; j < COUNT(floats); j++) scan(float_formats[i], floats[j]);
  static const char *text_formats[] = {"%s%n", "%3s%n", "%c%n", "%3c%n", "%[abc]%n", "%[^,]%n", "%[a-c]%n", "%[]x]%n", "%[^]x]%n", "%2[a-z]%n", "%*s%n", "%[c-a]%n", "%[a-]%n", "%s %s%n", " %c%n", "%s,%s"};
  static const char *texts[] = {"abc", "  hello world", "abcabcx", "a,b", "]x]y", "x-y", "", " ", "-a-", "\n\tq", "abc def"};
  for (size_t i = 0; i < COUNT(text_formats); i++)
    for (size_t j = 0; j < COUNT(texts); j++) scan(text_formats[i], texts[j]);
  scan("%d %d %d", "1 2 3"); scan("%d,%d", "1,2"); scan("%d,%d", "1 ,2"); scan("%d , %d", "1 ,2"); scan("%d%%%d", "5%6"); scan("%d%% %d", "5 % 6"); scan("x=%d y=%d", "x=1 y=2");
  scan("x=%d y=%d", "x=1 z=2"); scan("%d%d", "12"); scan("%d%d", "12 x"); scan("%d %n%d", "12 x"); scan("%2d%2d", "1234"); scan("%d-%d-%d", "2026-11-22"); scan("%s %d", "name 7");
  scan("%d:%d", "5"); scan("%d:%d", "5:"); scan("", "x"); scan("abc", ""); scan(" ", ""); scan("%d", "\n\n 4"); scan("%", "4"); scan("%y", "4"); scan("%5", "4"); scan("a%db", "a5b"); scan("%1s%1s%s", "abcdef");
  scan("%*d %d", "1 2"); scan("%*s%n", "abc"); scan("%*c%c", "xy"); scan("%*[a-z]%d", "abc5"); scan("%d%*c%d", "1x2"); scan("%hhx:%hhx", "ff:0a"); scan("%4[0-9]%d", "123456"); scan("%n", ""); scan("%d%n", "12"); scan("%x %x", "0XfF 0x"); scan("%i %i %i", "010 0x10 10");
  printf("\n]\n");
  return 0;
}
