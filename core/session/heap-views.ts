/** The heap of a running simulation: from its parts to the views of heap.ts, leaks.ts and what-if.ts. */
import { REG_ARGC, REG_ARGS, REG_BP, REG_RET, REG_SP } from '../kernel/uapi/index.js'
import type { HeapCall, WhatIf } from '../protocol/index.js'
import type { HeapSources } from './heap.js'
import { findLeaks, type LeakReport, type Roots } from './leaks.js'
import { MemoryPeek } from './peek.js'
import type { Simulation } from './simulation.js'
import { whatIf } from './what-if.js'

export function heapSources(simulation: Simulation): HeapSources {
  const { kernel, program, process } = simulation
  return {
    allocator: process.libcInside.allocator,
    owners: process.owners,
    peek: new MemoryPeek(kernel, kernel.tasks.get(simulation.task.pid)?.mm),
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
      alignHuge: kernel.parts.mm.rules.alignHugeAnon,
    },
    call,
  )
}

/** Lost blocks at the stop, or, once the program is over, as they were when it ended. */
export function leaksNow(simulation: Simulation): LeakReport {
  const ended = simulation.halt.why === 'ended' ? simulation.leaksAtEnd : undefined
  return ended ?? findLeaks(heapSources(simulation), rootsOf(simulation, false))
}

/** Registers are dead once exit() runs: only the stack and the globals still hold pointers of the program. */
export const leaksAtExit = (simulation: Simulation): LeakReport =>
  findLeaks(heapSources(simulation), rootsOf(simulation, true))

function rootsOf({ cpu, task, process }: Simulation, atExit: boolean): Roots {
  const register = (offset: number): number => cpu.register64(task, offset)
  const args = Array.from({ length: cpu.register32(task, REG_ARGC) }, (_, i) => register(REG_ARGS + 8 * i))
  // In a library call the arguments are alive, between two statements what the last call returned.
  const scratch = cpu.isPending ? args : [register(REG_RET)]
  return {
    stackPointer: register(REG_SP),
    registers: atExit ? [] : [register(REG_BP), ...scratch],
    libc: process.libcInside.blocks,
  }
}
