/**
 * setjmp and longjmp. The buffer is glibc's, 200 bytes (sysdeps/x86_64/jmpbuf-offsets.h, bits/types/struct___jmp_buf_tag.h):
 *
 *     0  rbx    8  rbp   16  r12   24  r13   32  r14   40  r15   48  rsp   56  rip
 *    64  int: the signal mask was saved      72  signal mask, 128 bytes
 *
 * rbx and r12 to r15 do not exist here: code as gcc -O0 makes it keeps nothing in them; their places stay as they are.
 * Variables are in the frame, so they have after longjmp the values they had before it, as without optimisation.
 *
 * Left out: mangling of rbp, rsp and rip with the pointer guard, the shadow stack, the check of _FORTIFY_SOURCE.
 */
import { SIG_BLOCK, SIG_SETMASK } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

const RBP = 8
const RSP = 48
const RIP = 56
const MASK_WAS_SAVED = 64
const SAVED_MASK = 72

/** @glibc __sigsetjmp sysdeps/x86_64/setjmp.S */
function sigsetjmp(rt: Runtime, env: number, saveMask: boolean): number {
  const { mem } = rt
  const { framePointer, stackPointer, instructionPointer } = rt.ctx.registers
  mem.writePtr(env + RBP, framePointer)
  mem.writePtr(env + RSP, stackPointer)
  mem.writePtr(env + RIP, instructionPointer)
  saveSignalMask(rt, env, saveMask)
  return 0
}

/** @glibc longjmp setjmp/longjmp.c, sysdeps/x86_64/__longjmp.S */
function longjmp(rt: Runtime, env: number, value: number): void {
  const { mem } = rt
  restoreSignalMask(rt, env)
  const { registers } = rt.ctx
  const target = mem.readPtr(env + RIP)
  registers.framePointer = mem.readPtr(env + RBP)
  registers.stackPointer = mem.readPtr(env + RSP)
  registers.instructionPointer = target
  registers.result = value === 0 ? 1 : value
}

/** @glibc __sigjmp_save setjmp/sigjmp.c */
function saveSignalMask({ mem, sys }: Runtime, env: number, save: boolean): void {
  mem.writeU32(env + MASK_WAS_SAVED, save ? 1 : 0)
  if (!save) return
  const mask = sys.sigprocmask(SIG_BLOCK, undefined)
  if (typeof mask === 'number') return
  mem.writeU32(env + SAVED_MASK, mask[0])
  mem.writeU32(env + SAVED_MASK + 4, mask[1])
}

function restoreSignalMask({ mem, sys }: Runtime, env: number): void {
  if (mem.readU32(env + MASK_WAS_SAVED) === 0) return
  sys.sigprocmask(SIG_SETMASK, [mem.readI32(env + SAVED_MASK), mem.readI32(env + SAVED_MASK + 4)])
}

export function setjmpFunctions(rt: Runtime): FunctionTable {
  return {
    // The function, behind the macro, is BSD's and saves the mask.
    setjmp: (a) => sigsetjmp(rt, a.ptr(0), true),
    _setjmp: (a) => sigsetjmp(rt, a.ptr(0), false),
    __sigsetjmp: (a) => sigsetjmp(rt, a.ptr(0), a.i32(1) !== 0),
    longjmp: (a) => longjmp(rt, a.ptr(0), a.i32(1)),
    _longjmp: (a) => longjmp(rt, a.ptr(0), a.i32(1)),
    siglongjmp: (a) => longjmp(rt, a.ptr(0), a.i32(1)),
  }
}
