/**
 * What exit(3) runs before the process ends (glibc stdlib/exit.c, cxa_atexit.c, on_exit.c, quick_exit.c): functions
 * registered with atexit and on_exit, last in first out, also those registered meanwhile; then stdio is flushed. Linked
 * when a program registers any; a program that only calls exit has nothing to run, and the host serves that.
 *
 * Records are glibc's (32 bytes, 32 in a list of 1040 bytes). The first list is in libc's data, and the loader has taken
 * one place of it (_dl_fini); so the 32nd function a program registers takes a list from calloc.
 */
import type { LibraryUnitSource } from './source.js'

/**
 * @glibc __run_exit_handlers stdlib/exit.c, __new_exitfn stdlib/cxa_atexit.c, on_exit stdlib/on_exit.c, quick_exit stdlib/quick_exit.c
 * Left out: mangling of the pointers, locks, destructors of thread-local variables, the assertion that a function is not
 * NULL (nothing is called for it).
 */
export const exitUnit: LibraryUnitSource = {
  file: 'libc/exit.c',
  defines: ['atexit', 'on_exit', 'at_quick_exit', 'quick_exit'],
  text: `
#include <bits/internal.h>
#include <stdlib.h>
#include <unistd.h>

enum flavor { FREE, RESERVED, ON, AT, CXA };

struct exit_function {
  long flavor;
  void *function;
  void *arg;
  void *dso;
};

struct exit_list {
  struct exit_list *next;
  size_t used;
  struct exit_function functions[32];
};

struct exit_state {
  struct exit_list *at_exit, *at_quick_exit;
  int ready, done;
  struct exit_list initial, initial_quick;
};

static struct exit_state *state(void)
{
  struct exit_state *state = __libc_exit_state();
  if (!state->ready) {
    state->ready = 1;
    state->at_exit = &state->initial;
    state->at_quick_exit = &state->initial_quick;
    state->initial.used = 1;
    state->initial.functions[0].flavor = CXA;
  }
  return state;
}

static int add(struct exit_list **head, enum flavor flavor, void *function, void *arg)
{
  struct exit_list *list, *empty = NULL;
  struct exit_function *place;
  if (state()->done)
    return -1;
  for (list = *head; list; list = list->next) {
    while (list->used > 0 && list->functions[list->used - 1].flavor == FREE)
      list->used--;
    if (list->used > 0)
      break;
    empty = list;
  }
  if (!list || list->used == 32) {
    list = empty;
    if (!list) {
      list = calloc(1, sizeof *list);
      if (!list)
        return -1;
      list->next = *head;
      *head = list;
    }
  }
  place = &list->functions[list->used++];
  place->flavor = flavor;
  place->function = function;
  place->arg = arg;
  return 0;
}

static void run(struct exit_function *f, int status)
{
  enum flavor flavor = f->flavor;
  if (flavor == CXA)
    f->flavor = FREE;
  if (!f->function)
    return;
  if (flavor == ON)
    ((void (*)(int, void *))f->function)(status, f->arg);
  else
    ((void (*)(void *, int))f->function)(f->arg, status);
}

/* The head is read again after each function: one that was registered meanwhile comes next. */
static void run_all(struct exit_list **head, int status)
{
  for (;;) {
    struct exit_list *list = *head;
    if (!list)
      break;
    if (list->used > 0) {
      run(&list->functions[--list->used], status);
      continue;
    }
    *head = list->next;
    if (*head)
      free(list);
  }
  state()->done = 1;
}

int atexit(void (*function)(void))
{
  __libc_text_atexit();
  return add(&state()->at_exit, CXA, function, NULL);
}

int on_exit(void (*function)(int, void *), void *arg)
{
  __libc_text_on_exit();
  return add(&state()->at_exit, ON, function, arg);
}

int at_quick_exit(void (*function)(void))
{
  __libc_text_atexit();
  return add(&state()->at_quick_exit, CXA, function, NULL);
}

void exit(int status)
{
  __libc_text_exit();
  run_all(&state()->at_exit, status);
  _IO_cleanup();
  _exit(status);
}

void quick_exit(int status)
{
  __libc_text_quick_exit();
  run_all(&state()->at_quick_exit, status);
  _exit(status);
}
`,
}
