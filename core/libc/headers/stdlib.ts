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
int posix_memalign(void **p, size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void *valloc(size_t size);

typedef int (*__compar_fn_t)(const void *, const void *);
typedef __compar_fn_t comparison_fn_t;
typedef int (*__compar_d_fn_t)(const void *, const void *, void *);
void qsort(void *base, size_t nmemb, size_t size, __compar_fn_t compar);
void qsort_r(void *base, size_t nmemb, size_t size, __compar_d_fn_t compar, void *arg);
void *bsearch(const void *key, const void *base, size_t nmemb, size_t size, __compar_fn_t compar);

void exit(int status);
int atexit(void (*function)(void));
int on_exit(void (*function)(int status, void *arg), void *arg);
int at_quick_exit(void (*function)(void));
void quick_exit(int status);
void _Exit(int status);
void abort(void);
char *getenv(const char *name);
char *secure_getenv(const char *name);
int setenv(const char *name, const char *value, int replace);
int putenv(char *text);
int unsetenv(const char *name);
int clearenv(void);

int abs(int n);
long labs(long n);
long long llabs(long long n);
typedef struct {
  int quot;
  int rem;
} div_t;
typedef struct {
  long quot;
  long rem;
} ldiv_t;
typedef struct {
  long long quot;
  long long rem;
} lldiv_t;
div_t div(int numerator, int denominator);
ldiv_t ldiv(long numerator, long denominator);
lldiv_t lldiv(long long numerator, long long denominator);
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
void *memalign(size_t alignment, size_t size);
void *pvalloc(size_t size);
int malloc_trim(size_t pad);
int mallopt(int parameter, int value);
void malloc_stats(void);
int malloc_info(int options, FILE *stream);

#define M_MXFAST 1
#define M_NLBLKS 2
#define M_GRAIN 3
#define M_KEEP 4
#define M_TRIM_THRESHOLD -1
#define M_TOP_PAD -2
#define M_MMAP_THRESHOLD -3
#define M_MMAP_MAX -4
#define M_CHECK_ACTION -5
#define M_PERTURB -6
#define M_ARENA_TEST -7
#define M_ARENA_MAX -8

struct mallinfo {
  int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct mallinfo2 {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
void __pagewalk_mallinfo(struct mallinfo *info);
void __pagewalk_mallinfo2(struct mallinfo2 *info);
static struct mallinfo mallinfo(void) { struct mallinfo info; __pagewalk_mallinfo(&info); return info; }
static struct mallinfo2 mallinfo2(void) { struct mallinfo2 info; __pagewalk_mallinfo2(&info); return info; }
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
