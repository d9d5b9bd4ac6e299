/**
 * The in-place sort qsort falls back to when there is no room (glibc stdlib/qsort.c until 2.36): quicksort with the
 * median of the first, middle and last element, parts of at most four elements left alone, the smaller part first; then
 * one insertion sort over everything. As Debian 12's library does since its repair for comparisons that contradict
 * themselves (2.36-9+deb12u4), the insertion sort never compares with the first element.
 *
 * Frame: 1184 bytes, of which 1024 are the stack of parts still to be sorted.
 */
import type { LibraryUnitSource } from './source.js'

/** @glibc _quicksort stdlib/qsort.c The same comparisons in the same order. */
export const quicksortUnit: LibraryUnitSource = {
  file: 'libc/qsort.c',
  defines: ['__libc_quicksort'],
  text: `
#include <bits/internal.h>
#include <stdlib.h>

struct part { char *low, *high; };

static void swap(char *a, char *b, size_t size)
{
  for (; size > 0; size--) {
    char byte = *a;
    *a++ = *b;
    *b++ = byte;
  }
}

/* Moves the element down to its place; those between go up by one. */
static void rotate(char *to, char *element, size_t size)
{
  size_t i;
  for (i = size; i-- > 0;) {
    char byte = element[i];
    char *hole = element + i;
    for (; hole != to + i; hole -= size)
      *hole = *(hole - size);
    *hole = byte;
  }
}

static void insertion_sort(char *base, size_t count, size_t size, __compar_d_fn_t compar, void *arg)
{
  char *end = base + size * (count - 1);
  char *limit = count > 4 ? base + 4 * size : end;
  char *smallest = base;
  char *run, *place;
  /* The smallest element is among the first part's: no search below needs to look at it again. */
  for (run = base + size; run <= limit; run += size)
    if (compar(run, smallest, arg) < 0)
      smallest = run;
  if (smallest != base)
    swap(smallest, base, size);
  for (run = base + 2 * size; run <= end; run += size) {
    place = run - size;
    while (place != base && compar(run, place, arg) < 0)
      place -= size;
    place += size;
    if (place != run)
      rotate(place, run, size);
  }
}

void __libc_quicksort(void *base, size_t count, size_t size, __compar_d_fn_t compar, void *arg)
{
  struct part stack[64];
  struct part *top = stack;
  size_t small = 4 * size;
  char *low = base, *high, *middle, *left, *right;
  long __saved[6];
  if (count == 0)
    return;
  if (count > 4) {
    high = low + size * (count - 1);
    for (;;) {
      middle = low + size * ((high - low) / size >> 1);
      if (compar(middle, low, arg) < 0)
        swap(middle, low, size);
      if (compar(high, middle, arg) < 0) {
        swap(middle, high, size);
        if (compar(middle, low, arg) < 0)
          swap(middle, low, size);
      }
      left = low + size;
      right = high - size;
      do {
        while (compar(left, middle, arg) < 0)
          left += size;
        while (compar(middle, right, arg) < 0)
          right -= size;
        if (left < right) {
          swap(left, right, size);
          if (middle == left)
            middle = right;
          else if (middle == right)
            middle = left;
        } else if (left != right)
          break;
        left += size;
        right -= size;
      } while (left <= right);
      if ((size_t)(right - low) <= small && (size_t)(high - left) <= small) {
        if (top == stack)
          break;
        top--;
        low = top->low;
        high = top->high;
      } else if ((size_t)(right - low) <= small)
        low = left;
      else if ((size_t)(high - left) <= small)
        high = right;
      else if (right - low > high - left) {
        top->low = low;
        top->high = right;
        top++;
        low = left;
      } else {
        top->low = left;
        top->high = high;
        top++;
        high = right;
      }
    }
  }
  insertion_sort(base, count, size, compar, arg);
}
`,
}
