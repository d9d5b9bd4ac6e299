/** bsearch (glibc bits/stdlib-bsearch.h), lfind and lsearch (misc/lsearch.c). */
import type { LibraryUnitSource } from './source.js'

/** @glibc bsearch bits/stdlib-bsearch.h, lfind misc/lsearch.c, lsearch misc/lsearch.c The same comparisons. */
export const searchUnit: LibraryUnitSource = {
  file: 'libc/search.c',
  defines: ['bsearch', 'lfind', 'lsearch'],
  text: `
#include <bits/internal.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

void *bsearch(const void *key, const void *base, size_t nmemb, size_t size, __compar_fn_t compar)
{
  size_t low = 0, high = nmemb;
  __libc_text_bsearch();
  while (low < high) {
    size_t middle = (low + high) / 2;
    const char *element = (const char *)base + middle * size;
    int order = compar(key, element);
    if (order == 0)
      return (void *)element;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

static void *find(const void *key, const char *element, size_t count, size_t size, __compar_fn_t compar)
{
  for (; count > 0; count--) {
    if (compar(key, element) == 0)
      return (void *)element;
    element += size;
  }
  return NULL;
}

void *lfind(const void *key, const void *base, size_t *nmemb, size_t size, __compar_fn_t compar)
{
  __libc_text_lfind();
  return find(key, base, *nmemb, size, compar);
}

void *lsearch(const void *key, void *base, size_t *nmemb, size_t size, __compar_fn_t compar)
{
  void *found;
  __libc_text_lsearch();
  found = find(key, base, *nmemb, size, compar);
  if (found)
    return found;
  return memcpy((char *)base + size * (*nmemb)++, key, size);
}
`,
}
