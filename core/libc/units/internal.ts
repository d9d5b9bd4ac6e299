/** What the host offers to library units only (stdlib/internal.ts): programs do not see this header. */
import { header } from '../headers/guard.js'

/** Functions whose code a unit has to fetch, because the profile may know where the real one's is. */
export const textFunctions = [
  'qsort_r',
  'bsearch',
  'lfind',
  'lsearch',
  'exit',
  'atexit',
  'on_exit',
  'quick_exit',
] as const

export const internal = header(
  'bits/internal.h',
  `
#include <bits/types.h>
void *__libc_alloca(size_t size);
long __libc_sort_pages(void);
struct exit_state;
struct exit_state *__libc_exit_state(void);
void _IO_cleanup(void);
struct __libc_specific {
  void (*destructor)(void *);
  void *value;
};
struct _pthread_cleanup_buffer;
void __libc_at_thread_end(void (*cleanup)(void), void (*destructors)(void));
struct _pthread_cleanup_buffer **__libc_cleanup_list(void);
int __libc_key_create(unsigned int *key, void (*destructor)(void *));
int __libc_has_specific(void);
long __libc_take_specific(long from, struct __libc_specific *to);
${textFunctions.map((name) => `void __libc_text_${name}(void);`).join('\n')}
`,
)
