/** <search.h>: linear search. Left out: hash tables, trees and queues. */
import { header } from './guard.js'

export const search = header(
  'search.h',
  `
#include <bits/types.h>
typedef int (*__compar_fn_t)(const void *, const void *);
typedef __compar_fn_t comparison_fn_t;
void *lfind(const void *key, const void *base, size_t *nmemb, size_t size, __compar_fn_t compar);
void *lsearch(const void *key, void *base, size_t *nmemb, size_t size, __compar_fn_t compar);
`,
)
