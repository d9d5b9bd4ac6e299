/**
 * What runs in the program when a thread ends (glibc nptl/nptl_deallocate_tsd.c, nptl/cleanup.c, cleanup_compat.c): cleanup
 * handlers, the latest first, where the thread was; then destructors of its thread-specific data, on the empty stack.
 * Linked with a program that can have any. The host goes into these functions (pthread/thread-end.ts).
 */
import type { LibraryUnitSource } from './source.js'

/** @glibc __nptl_deallocate_tsd nptl/nptl_deallocate_tsd.c Each value is taken away before its destructor sees it. */
export const threadEndUnit: LibraryUnitSource = {
  file: 'libc/thread_end.c',
  defines: ['pthread_key_create', '_pthread_cleanup_push', '_pthread_cleanup_pop'],
  text: `
#include <bits/internal.h>
#include <limits.h>
#include <pthread.h>

static void run_cleanup(void)
{
  struct _pthread_cleanup_buffer **list = __libc_cleanup_list();
  while (*list) {
    struct _pthread_cleanup_buffer *last = *list;
    *list = last->__prev;
    last->__routine(last->__arg);
  }
}

static void run_destructors(void)
{
  int round;
  for (round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && __libc_has_specific(); round++) {
    struct __libc_specific taken;
    long key = -1;
    while ((key = __libc_take_specific(key + 1, &taken)) >= 0)
      if (taken.destructor)
        taken.destructor(taken.value);
  }
}

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
  __libc_at_thread_end(run_cleanup, run_destructors);
  return __libc_key_create(key, destructor);
}

void _pthread_cleanup_push(struct _pthread_cleanup_buffer *buffer, void (*routine)(void *), void *arg)
{
  struct _pthread_cleanup_buffer **list = __libc_cleanup_list();
  __libc_at_thread_end(run_cleanup, run_destructors);
  buffer->__routine = routine;
  buffer->__arg = arg;
  buffer->__prev = *list;
  *list = buffer;
}

void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *buffer, int execute)
{
  *__libc_cleanup_list() = buffer->__prev;
  if (execute)
    buffer->__routine(buffer->__arg);
}
`,
}
