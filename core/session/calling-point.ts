/** Where in the program a part of libc that runs as guest code (libc/units) was called, found as a debugger finds it. */
import type { CompiledProgram, TextMap } from '../cc/index.js'
import type { MemoryPeek } from './peek.js'

/**
 * Follows the saved frame pointers to the first return address in the program.
 * @returns its code point, whose statement is the one with the call; `at` itself when the stack is in no order
 */
export function programPoint(
  program: CompiledProgram,
  at: number,
  registers: { readonly framePointer: number; readonly stackPointer: number },
  text: TextMap,
  peek: MemoryPeek,
): number {
  let frame = registers.framePointer
  // At its entry the function has no frame yet: the return address is on top of the stack, the frame its caller's.
  let slot = program.isEntry(at) ? registers.stackPointer : frame + 8
  for (;;) {
    const address = peek.pointer(slot)
    const point = address === undefined ? undefined : text.codePointAt(address)
    if (point === undefined) return at
    if (!program.isLibrary(point)) return point
    const next = slot === frame + 8 ? peek.pointer(frame) : frame
    if (next === undefined || next <= slot - 8) return at
    frame = next
    slot = frame + 8
  }
}
