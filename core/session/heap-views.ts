/** The heap of a running simulation: from its parts to the views of heap.ts, leaks.ts and what-if.ts. */
import { assert } from '../base/index.js'
import type { Task } from '../kernel/index.js'
import { REG_ARGC, REG_ARGS, REG_BP, REG_PENDING, REG_RET, REG_SP } from '../kernel/uapi/index.js'
import type { HeapCall, WhatIf } from '../protocol/index.js'
import type { Cpu } from './cpu.js'
import type { HeapSources } from './heap.js'
import { findLeaks, type LeakReport, type Roots } from './leaks.js'
import { MemoryPeek } from './peek.js'
import type { Simulation } from './simulation.js'
import { whatIf } from './what-if.js'

/** @param task a process's first thread; without one, the first process's */
export function heapSources(simulation: Simulation, task = simulation.task): HeapSources {
  const { kernel, program, cpu } = simulation
  const process = cpu.process(task.pid)
  assert(process, `process ${task.pid} has a C library`)
  return {
    allocator: process.libcInside.allocator,
    owners: process.owners,
    peek: new MemoryPeek(kernel, task.mm),
    startTime: simulation.startTime,
    lineOf: (codePoint) => program.spanOf(codePoint)?.line ?? 0,
    functionOf: (codePoint) => program.functionOf(codePoint) ?? '',
  }
}

/** What that call would do; undefined when there is no process any more. */
export function whatIfNow(simulation: Simulation, call: HeapCall): WhatIf | undefined {
  const { kernel, process } = simulation
  const sources = heapSources(simulation)
  const { mm } = sources.peek
  if (!mm) return undefined
  const { profile } = kernel
  return whatIf(
    sources,
    {
      glibc: profile.glibc,
      program: profile.argv0,
      mm,
      brk: process.libcInside.brk,
      rules: kernel.parts.mm.rules,
    },
    call,
  )
}

/** Lost blocks at the stop, or, once the program is over, as they were when it ended. */
export function leaksNow(simulation: Simulation, task = simulation.task): LeakReport {
  const ended = task === simulation.task && simulation.halt.why === 'ended' ? simulation.leaksAtEnd : undefined
  return ended ?? findLeaks(heapSources(simulation, task), rootsOf(simulation, task, false))
}

/** Registers are dead once exit() runs: only the stack and the globals still hold pointers of the program. */
export const leaksAtExit = (simulation: Simulation): LeakReport =>
  findLeaks(heapSources(simulation), rootsOf(simulation, simulation.task, true))

function rootsOf({ cpu, kernel }: Simulation, task: Task, atExit: boolean): Roots {
  const threads = kernel.tasks.threadsOf(task.group).filter((thread) => thread.state !== 'Z')
  return {
    stackPointer: cpu.register64(task, REG_SP),
    registers: atExit ? [] : threads.flatMap((thread) => liveRegisters(cpu, thread)),
    libc: cpu.process(task.pid)?.libcInside.blocks ?? [],
  }
}

/** In a library call the arguments are alive, between two statements what the last call returned. */
function liveRegisters(cpu: Cpu, task: Task): number[] {
  const register = (offset: number): number => cpu.register64(task, offset)
  const args = Array.from({ length: cpu.register32(task, REG_ARGC) }, (_, i) => register(REG_ARGS + 8 * i))
  return [register(REG_BP), ...(cpu.register32(task, REG_PENDING) !== 0 ? args : [register(REG_RET)])]
}
