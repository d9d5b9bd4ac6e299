/**
 * qsort and qsort_r as glibc has had them until 2.36 (stdlib/msort.c): a merge sort by halves with room for all elements
 * beside the array, on the stack if that is less than 1024 bytes and from malloc otherwise; elements larger than 32
 * bytes are sorted as pointers and then moved along the permutation's cycles. Without room the array is sorted in
 * place (quicksort.ts). Compared with the real library: the pairs handed to the comparison, in their order.
 *
 * Frames: 112 bytes for a level of the recursion, 160 for qsort_r, with what alloca takes below it.
 */
import type { LibraryUnitSource } from './source.js'

/**
 * @glibc __qsort_r stdlib/msort.c
 * The same comparisons in the same order, the same room.
 * Left out: qsort is a call of qsort_r with a frame of its own, not a jump; a malloc of the program's own is not used.
 */
export const sortUnit: LibraryUnitSource = {
  file: 'libc/msort.c',
  defines: ['qsort', 'qsort_r'],
  text: `
#include <bits/internal.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void __libc_quicksort(void *base, size_t count, size_t size, __compar_d_fn_t compar, void *arg);

enum unit { WORD, LONG, LONGS, POINTER, BYTES };

struct plan {
  size_t size;
  enum unit unit;
  __compar_d_fn_t compar;
  void *arg;
  char *room;
};

/* One element; the caller advances. */
static void take(const struct plan *plan, char *to, const char *from)
{
  size_t i;
  switch (plan->unit) {
  case WORD:
    *(uint32_t *)to = *(const uint32_t *)from;
    break;
  case LONG:
  case POINTER:
    *(uint64_t *)to = *(const uint64_t *)from;
    break;
  case LONGS:
    for (i = 0; i < plan->size; i += sizeof(long))
      *(long *)(to + i) = *(const long *)(from + i);
    break;
  default:
    memcpy(to, from, plan->size);
  }
}

static void merge_sort(const struct plan *plan, char *base, size_t count)
{
  char *left, *right, *to;
  size_t lefts, rights, size;
  int order;
  lefts = count / 2;
  rights = count - lefts;
  size = plan->size;
  left = base;
  right = base + lefts * size;
  if (lefts > 1)
    merge_sort(plan, left, lefts);
  if (rights > 1)
    merge_sort(plan, right, rights);
  to = plan->room;
  while (lefts > 0 && rights > 0) {
    if (plan->unit == POINTER)
      order = plan->compar(*(void **)left, *(void **)right, plan->arg);
    else
      order = plan->compar(left, right, plan->arg);
    if (order <= 0) {
      take(plan, to, left);
      left += size;
      lefts--;
    } else {
      take(plan, to, right);
      right += size;
      rights--;
    }
    to += size;
  }
  if (lefts > 0)
    memcpy(to, left, lefts * size);
  memcpy(base, plan->room, (count - rights) * size);
}

/* pointers[i] is the element that belongs to place i: each cycle is moved through one spare element. */
static void permute(char *base, size_t count, size_t size, char **pointers, char *spare)
{
  size_t start, place, next;
  for (start = 0; start < count; start++) {
    char *first = base + start * size;
    if (pointers[start] == first)
      continue;
    memcpy(spare, first, size);
    place = start;
    while (pointers[place] != first) {
      next = (pointers[place] - base) / size;
      memcpy(base + place * size, pointers[place], size);
      pointers[place] = base + place * size;
      place = next;
    }
    memcpy(base + place * size, spare, size);
    pointers[place] = base + place * size;
  }
}

/* Makes the plan one for pointers to the elements, and places them. */
static char **point_at(struct plan *plan, char *base, size_t count)
{
  char **pointers = (char **)plan->room + count;
  size_t i;
  for (i = 0; i < count; i++)
    pointers[i] = base + i * plan->size;
  plan->size = sizeof(char *);
  plan->unit = POINTER;
  return pointers;
}

static enum unit unit_for(const char *base, size_t size)
{
  size_t both = (size_t)base | size;
  if (size == sizeof(uint32_t) && both % sizeof(uint32_t) == 0)
    return WORD;
  if (both % sizeof(uint64_t) != 0)
    return BYTES;
  return size == sizeof(uint64_t) ? LONG : LONGS;
}

/* The room from malloc, or NULL: more than a quarter of the memory is not asked for. */
static char *room_from_malloc(size_t bytes)
{
  int saved;
  char *room;
  if (bytes / 4096 > (size_t)__libc_sort_pages())
    return NULL;
  saved = errno;
  room = malloc(bytes);
  errno = saved;
  return room;
}

void qsort_r(void *base, size_t count, size_t size, __compar_d_fn_t compar, void *arg)
{
  struct plan plan;
  char *allocated, **pointers = NULL;
  size_t bytes;
  long __saved[3];
  __libc_text_qsort_r();
  allocated = NULL;
  bytes = size > 32 ? 2 * count * sizeof(void *) + size : count * size;
  if (bytes < 1024)
    plan.room = __libc_alloca(bytes);
  else {
    allocated = room_from_malloc(bytes);
    if (!allocated) {
      __libc_quicksort(base, count, size, compar, arg);
      return;
    }
    plan.room = allocated;
  }
  plan.size = size;
  plan.compar = compar;
  plan.arg = arg;
  if (size > 32)
    pointers = point_at(&plan, base, count);
  else
    plan.unit = unit_for(base, size);
  if (count > 1)
    merge_sort(&plan, pointers ? (char *)pointers : base, count);
  if (pointers)
    permute(base, count, size, pointers, (char *)(pointers + count));
  free(allocated);
}

void qsort(void *base, size_t count, size_t size, __compar_fn_t compar)
{
  qsort_r(base, count, size, (__compar_d_fn_t)compar, NULL);
}
`,
}
