/** Processes: fork and wait, pipes, and what a process may ask about itself (<unistd.h>, <sys/wait.h>). */
import { reclaimStacks } from '../pthread/stacks.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/**
 * The parent's part: the child goes on behind this call by itself, with 0. With threads there are locks to be taken before
 * and given back after, each in the memory that is shared from now on: malloc's arenas, the list of streams.
 * @glibc __libc_fork posix/fork.c Left out: pthread_atfork handlers.
 */
function fork(rt: Runtime): number {
  rt.touch('fork')
  const { multiple } = rt.state.pthread
  if (multiple) rt.touch('__nss_database_fork_prepare_parent')
  const pid = rt.result(rt.sys.fork())
  if (multiple) {
    rt.touch('__malloc_fork_unlock_parent')
    rt.allocator.unlockArenas()
  }
  rt.touch('__run_postfork_handlers')
  return pid
}

/** The child's part, before it goes on. */
export function forked(rt: Runtime): void {
  if (rt.state.pthread.multiple) rt.touch('__malloc_fork_unlock_child')
  rt.allocator.forked()
  reclaimStacks(rt)
  rt.touch('__run_postfork_handlers')
}

function wait(rt: Runtime, pid: number, status: number, options: number, rusage = 0): number {
  rt.touch('wait4')
  return rt.result(rt.sys.wait4(pid, status, options, rusage))
}

export function processCalls(rt: Runtime): FunctionTable {
  return {
    fork: () => fork(rt),
    vfork: () => rt.result(rt.sys.vfork()),
    wait: (a) => wait(rt, -1, a.ptr(0), 0),
    waitpid: (a) => wait(rt, a.i32(0), a.ptr(1), a.i32(2)),
    wait3: (a) => wait(rt, -1, a.ptr(0), a.i32(1), a.ptr(2)),
    wait4: (a) => wait(rt, a.i32(0), a.ptr(1), a.i32(2), a.ptr(3)),
    pipe: (a) => rt.result(rt.sys.pipe(a.ptr(0), 0)),
    pipe2: (a) => rt.result(rt.sys.pipe(a.ptr(0), a.i32(1))),
    pause: () => rt.result(rt.sys.pause()),
    alarm: (a) => rt.sys.alarm(a.u32(0)),
    gettid: () => rt.sys.gettid(),
    sched_yield: () => rt.result(rt.sys.schedYield()),
  }
}
