/*
 * The C library's side of the comparison (build/verify-malloc.mjs): reads a trace of malloc calls, makes them, and
 * prints where every block landed, in the form of core/session/malloc-trace.ts. With -t it prints only the time taken,
 * with -c the time of the calls alone: the trace is read before, and blocks are not written to.
 *
 * Nothing here may call malloc itself: the trace is mapped, output goes through one static buffer.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

enum { IDS = 1 << 20, ROOM = 1 << 16, HEAP_ALIGN = 2 << 20, HEAP_MAX = 64 << 20, THREADS = 64 };

static struct { char *block; size_t size; } held[IDS];
static char out[ROOM];
static size_t used;
static const char *at, *end;
static char *base;
static int quiet;

static void flush(void) {
  if (!quiet && write(1, out, used) != (ssize_t)used) _exit(3);
  used = 0;
}
static void say(const char *text) { while (*text) out[used++] = *text++; }
static void say_number(uint64_t value, unsigned radix) {
  char digits[24];
  int n = sizeof digits - 1;
  digits[n] = 0;
  do digits[--n] = "0123456789abcdef"[value % radix]; while (value /= radix);
  say(digits + n);
}
static void give_up(const char *why) {
  flush();
  if (write(2, why, strlen(why)) < 0) {}
  _exit(2);
}

static void blanks(void) { while (at < end && (*at == ' ' || *at == '\t')) at++; }
static uint64_t number(void) {
  blanks();
  int negative = at < end && *at == '-';
  at += negative;
  uint64_t value = 0;
  while (at < end && *at >= '0' && *at <= '9') value = value * 10 + (uint64_t)(*at++ - '0');
  return negative ? -value : value;
}
static size_t id(void) {
  uint64_t value = number();
  if (value >= IDS) give_up("replay: id too large\n");
  return value;
}

/* A block's first bytes name the block: whoever overwrites or loses them is found out. */
static uint64_t stamp_of(const char *block) { return (uint64_t)(uintptr_t)block; }
static void hold(size_t i, char *block, size_t size) {
  held[i].block = block;
  held[i].size = block ? size : 0;
  uint64_t stamp = stamp_of(block);
  if (held[i].size >= 8) memcpy(block, &stamp, 8);
}
static void check(const char *block, size_t size, uint64_t stamp) {
  if (block && size >= 8 && memcmp(block, &stamp, 8)) give_up("replay: a block's contents are damaged\n");
}

static void place(char *block) {
  if (!block) { say("NULL"); return; }
  size_t head = ((size_t *)block)[-1];
  say(head & 2 ? "mmap+0x" : head & 4 ? "arena+0x" : "heap+0x");
  say_number(head & 2 ? (uintptr_t)block & 4095 : head & 4 ? (uintptr_t)block % HEAP_MAX : (uint64_t)(block - base), 16);
  say(" usable=");
  say_number(malloc_usable_size(block), 10);
}

static void resize(size_t from, size_t to, size_t size) {
  char *old = held[from].block;
  size_t old_size = held[from].size;
  check(old, old_size, stamp_of(old));
  char *block = realloc(old, size);
  if (old && old_size >= 8) check(block, size, stamp_of(old));
  if (block || !size) held[from].block = 0, held[from].size = 0;
  place(block);
  if (block || from != to) hold(to, block, size);
}

static int option(void) {
  static const struct { const char *name; int value; } options[] = {
    {"M_MMAP_THRESHOLD", M_MMAP_THRESHOLD}, {"M_TRIM_THRESHOLD", M_TRIM_THRESHOLD}, {"M_TOP_PAD", M_TOP_PAD},
    {"M_MMAP_MAX", M_MMAP_MAX}, {"M_MXFAST", M_MXFAST}, {"M_PERTURB", M_PERTURB}, {"M_ARENA_MAX", M_ARENA_MAX},
    {"M_ARENA_TEST", M_ARENA_TEST}, {"M_CHECK_ACTION", M_CHECK_ACTION}};
  blanks();
  for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
    size_t length = strlen(options[k].name);
    if ((size_t)(end - at) <= length || memcmp(at, options[k].name, length) || at[length] != ' ') continue;
    at += length;
    return mallopt(options[k].value, (int)number());
  }
  give_up("replay: unknown option\n");
  return 0;
}

static void field(const char *name, uint64_t value, unsigned radix) {
  say(name);
  say_number(value, radix);
}
static void statistics(void) {
  struct mallinfo2 m = mallinfo2();
  field("stats arena=", m.arena, 10);
  field(" ordblks=", m.ordblks, 10);
  field(" smblks=", m.smblks, 10);
  field(" hblks=", m.hblks, 10);
  field(" hblkhd=", m.hblkhd, 10);
  field(" usmblks=", m.usmblks, 10);
  field(" fsmblks=", m.fsmblks, 10);
  field(" uordblks=", m.uordblks, 10);
  field(" fordblks=", m.fordblks, 10);
  field(" keepcost=", m.keepcost, 10);
  field(" brk=0x", (uint64_t)((char *)sbrk(0) - base), 16);
}

/* Threads make calls one at a time, when they are told to. */
static struct { pthread_t id; sem_t go; int ends; } threads[THREADS];
static sem_t done;
static size_t current;
static char pending;

static void operation(char op);
static void *work(void *number) {
  for (size_t n = (size_t)number;;) {
    sem_wait(&threads[n].go);
    if (threads[n].ends) return NULL;
    operation(pending);
    sem_post(&done);
  }
}
static size_t thread_number(void) {
  uint64_t value = number();
  if (value >= THREADS) give_up("replay: thread number too large\n");
  return value;
}
static void start_thread(void) {
  size_t n = thread_number();
  threads[n].ends = 0;
  sem_init(&threads[n].go, 0, 0);
  if (pthread_create(&threads[n].id, NULL, work, (void *)n)) give_up("replay: no thread\n");
  say("start");
}
static void end_thread(void) {
  size_t n = thread_number();
  threads[n].ends = 1;
  sem_post(&threads[n].go);
  pthread_join(threads[n].id, NULL);
  if (current == n) current = 0;
  say("exit");
}
static void information(void) {
  static char buffer[ROOM];
  static int prepared;
  if (!prepared++) setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  say("info\n");
  flush();
  malloc_info(0, stdout);
  fflush(stdout);
}

static void perform(char op) {
  if (op == 'n') {
    if (number() != (uint64_t)get_nprocs()) give_up("replay: this machine has another number of CPUs\n");
    say("cpus");
  } else if (op == 'p') start_thread();
  else if (op == 'x') end_thread();
  else if (op == 'w') current = thread_number(), say("thread");
  else if (current == 0) operation(op);
  else {
    pending = op;
    sem_post(&threads[current].go);
    sem_wait(&done);
  }
}

/* -c: the calls of malloc, calloc, realloc, memalign and free; other lines are passed over. */
static struct call { char op; size_t id, a, b; } *calls;
static size_t call_count;
static void read_calls(void) {
  size_t room = (size_t)(end - at) / 2 * sizeof *calls + 1;
  calls = mmap(0, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  while (at < end) {
    blanks();
    char op = at < end ? *at : 0;
    if (op && strchr("mcraf", op)) {
      at++;
      struct call *c = &calls[call_count++];
      c->op = op;
      c->id = id();
      if (op != 'f') c->a = number();
      if (op == 'c' || op == 'r' || op == 'a') c->b = number();
    }
    while (at < end && *at++ != '\n') {}
  }
}
static void make_calls(void) {
  for (struct call *c = calls; c < calls + call_count; c++) {
    char **to = &held[c->id].block;
    switch (c->op) {
    case 'm': *to = malloc(c->a); break;
    case 'c': *to = calloc(c->a, c->b); break;
    case 'a': *to = memalign(c->a, c->b); break;
    case 'f': free(*to); *to = 0; break;
    case 'r': {
      char *block = realloc(*to, c->b);
      if (block || !c->b) *to = 0;
      if (block || c->id != c->a) held[c->a].block = block;
    }
    }
  }
}

static void operation(char op) {
  size_t i = op == 't' || op == 'o' || op == 's' || op == 'i' ? 0 : id();
  size_t n, m;
  char *block;
  switch (op) {
  case 'm': n = number(); block = malloc(n); place(block); hold(i, block, n); break;
  case 'c': n = number(); m = number(); block = calloc(n, m); place(block); hold(i, block, n * m); break;
  case 'a': n = number(); m = number(); block = memalign(n, m); place(block); hold(i, block, m); break;
  case 'r': n = id(); resize(i, n, number()); break;
  case 'f':
    check(held[i].block, held[i].size, stamp_of(held[i].block));
    free(held[i].block);
    held[i].block = 0;
    say("free");
    break;
  case 't': field("trim=", (uint64_t)malloc_trim(number()), 10); break;
  case 'o': field("opt=", (uint64_t)option(), 10); break;
  case 's': statistics(); break;
  case 'i': information(); break;
  default: give_up("replay: unknown operation\n");
  }
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--version")) {
    say(gnu_get_libc_version());
    flush();
    return 0;
  }
  int only_calls = argc == 3 && !strcmp(argv[1], "-c");
  quiet = only_calls || (argc == 3 && !strcmp(argv[1], "-t"));
  int fd = argc < 2 ? -1 : open(argv[argc - 1], O_RDONLY);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) < 0) give_up("usage: replay [-t] TRACE\n");
  at = st.st_size ? mmap(0, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : "";
  end = at + st.st_size;
  base = (char *)sbrk(0);
  sbrk((intptr_t)(-(uintptr_t)base % HEAP_ALIGN));
  base = (char *)sbrk(0);
  if (only_calls) read_calls();
  struct timespec start, stop;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (only_calls) make_calls();
  for (uint64_t index = 0; at < end;) {
    blanks();
    if (at < end && *at != '\n' && *at != '#') {
      say_number(index++, 10);
      say(" ");
      perform(*at++);
      say("\n");
      if (used > ROOM - 1024) flush();
    }
    while (at < end && *at++ != '\n') {}
  }
  clock_gettime(CLOCK_MONOTONIC, &stop);
  flush();
  if (quiet) {
    quiet = 0;
    say_number((uint64_t)((stop.tv_sec - start.tv_sec) * 1000000000 + (stop.tv_nsec - start.tv_nsec)), 10);
    flush();
  }
  return 0;
}
