/** <stdlib.h>, <malloc.h>, <assert.h>, <errno.h>: memory, numbers, the end of a process. */
import { errnoTable } from '../errno-table.js'
import { header } from './guard.js'

const stdlib = header(
  'stdlib.h',
  `
#include <bits/types.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 2147483647
typedef int wchar_t;

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *p, size_t size);
void *reallocarray(void *p, size_t count, size_t size);
void free(void *p);

void exit(int status);
void _Exit(int status);
void abort(void);
char *getenv(const char *name);

int abs(int n);
long labs(long n);
long long llabs(long long n);
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
double atof(const char *s);
long strtol(const char *s, char **end, int base);
long long strtoll(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);
unsigned long long strtoull(const char *s, char **end, int base);
double strtod(const char *s, char **end);

int rand(void);
void srand(unsigned int seed);
int rand_r(unsigned int *seed);
long random(void);
void srandom(unsigned int seed);
`,
)

const malloc = header(
  'malloc.h',
  `
#include <bits/types.h>
#include <stdio.h>
#include <stdlib.h>
size_t malloc_usable_size(void *p);
`,
)

const assert = header(
  'assert.h',
  `
void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function);
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) ((expression) ? (void)0 : __assert_fail(#expression, __FILE__, __LINE__, __func__))
#endif
#define static_assert _Static_assert
`,
)

const errno = header(
  'errno.h',
  `
int *__errno_location(void);
#define errno (*__errno_location())
${errnoTable.map(([value, name]) => `#define ${name} ${value}`).join('\n')}
#define EWOULDBLOCK EAGAIN
#define EDEADLOCK EDEADLK
#define ENOTSUP EOPNOTSUPP
`,
)

export const stdlibHeaders = [stdlib, malloc, assert, errno] as const
