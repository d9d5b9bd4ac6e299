/** pthread_once (glibc nptl/pthread_once.c): 0 not begun, 1 running, 2 done. Others that come meanwhile wait. */
import type { LibraryUnitSource } from './source.js'

export const onceUnit: LibraryUnitSource = {
  file: 'libc/pthread_once.c',
  defines: ['pthread_once'],
  text: `
#include <bits/internal.h>
#include <pthread.h>

int pthread_once(pthread_once_t *control, void (*routine)(void))
{
  while (*control == 1)
    sched_yield();
  if (*control == 0) {
    *control = 1;
    routine();
    *control = 2;
  }
  return 0;
}
`,
}
