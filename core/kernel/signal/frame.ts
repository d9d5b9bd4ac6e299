/**
 * The frame a handler runs on (arch/x86/kernel/signal_64.c, struct rt_sigframe):
 *
 *        old rsp ->  +---------------------------+
 *                    | red zone, 128             |
 *                    +---------------------------+  aligned to 64
 *                    | FPU state                 |  size: profile.xstateBytes
 *                    +---------------------------+
 *                    | siginfo            128    |
 *                    | ucontext           304    |  registers in the kernel's order, signal mask
 *        new rsp ->  | return address       8    |  the restorer
 *                    +---------------------------+
 *
 * The simulated CPU has registers that x86 has not (the program's next code point, argument slots): they are kept where
 * the FPU's state would be, and read back from there. Of the registers in ucontext only rip is read back.
 *
 * With SA_ONSTACK and an alternate stack it begins at that stack's end, without a red zone. Left out: the FPU's state.
 */
import { join32 } from '../../base/index.js'
import type { Kernel } from '../kernel.js'
import { onStack, setAltStack, stackFlags } from './alt-stack.js'
import {
  plainSignal,
  ProcessEnded,
  readStack,
  REG_ARGC,
  REG_ARGS,
  REG_BP,
  REG_PC,
  REG_PENDING,
  REG_SP,
  SA_ONSTACK,
  SIGSEGV,
  UserFault,
  writeStack,
  type SignalAction,
  type SignalInfo,
  type SignalSet,
} from '../uapi/index.js'

const RED_ZONE = 128
const FP_ALIGN = 64
const FRAME_BYTES = 440
/** Offsets from the new stack pointer. */
const UCONTEXT = 8
const STACK = UCONTEXT + 16
const GREGS = UCONTEXT + 40
const RBP = GREGS + 10 * 8
const RSP = GREGS + 15 * 8
const RIP = GREGS + 16 * 8
const FPREGS = GREGS + 23 * 8
const SIGMASK = UCONTEXT + 296
const SIGINFO = UCONTEXT + 304
/** Where our own part begins behind the legacy FXSAVE area's head: [words, interrupted, registers...]. */
const PRIVATE = 32

const read64 = (kernel: Kernel, register: number): number => {
  const { i32 } = kernel.parts.arena
  return join32(i32[register >> 2], i32[(register >> 2) + 1])
}
/** The running task's, in user mode. */
export const stackPointer = (kernel: Kernel): number => read64(kernel, REG_SP)
const write64 = (kernel: Kernel, register: number, value: number): void => {
  const { i32 } = kernel.parts.arena
  i32[register >> 2] = value | 0
  i32[(register >> 2) + 1] = Math.floor(value / 2 ** 32)
}

/** Puts the frame on the stack and the registers to the handler's first code point. */
export function pushFrame(
  kernel: Kernel,
  action: SignalAction,
  info: SignalInfo,
  mask: SignalSet,
  interrupts: boolean,
): void {
  const point = kernel.code?.codePointAt(action.handler) ?? -1
  const { fp, frame } = framePlace(kernel, action)
  try {
    writeFrame(kernel, frame, fp, action, info, mask, interrupts)
  } catch (error) {
    // Nowhere to put the frame: there is no way on.
    if (error instanceof UserFault) throw new ProcessEnded(0, SIGSEGV)
    throw error
  }
  if (point < 0) throw new ProcessEnded(0, SIGSEGV)
  const { i32 } = kernel.parts.arena
  write64(kernel, REG_SP, frame)
  i32[REG_PC >> 2] = point
  i32[REG_PENDING >> 2] = 0
  i32[REG_ARGC >> 2] = 3
  const args = [info.signal, frame + SIGINFO, frame + UCONTEXT]
  args.forEach((value, i) => write64(kernel, REG_ARGS + 8 * i, value))
}

/**
 * Where the frame goes.
 * @mm get_sigframe arch/x86/kernel/signal.c
 * @throws ProcessEnded when the alternate stack is too small for it
 */
function framePlace(kernel: Kernel, { flags }: SignalAction): { readonly fp: number; readonly frame: number } {
  const { altStack } = kernel.current
  const sp = read64(kernel, REG_SP)
  const nested = onStack(altStack, sp)
  const entering = (flags & SA_ONSTACK) !== 0 && stackFlags(altStack, sp) === 0
  const end = (entering ? altStack.base + altStack.size : sp - RED_ZONE) - kernel.profile.xstateBytes
  const fp = end - (end % FP_ALIGN)
  const top = fp - FRAME_BYTES
  const frame = top - (top % 16) - 8
  if ((nested || entering) && !onStack(altStack, frame)) throw new ProcessEnded(0, SIGSEGV)
  return { fp, frame }
}

function writeFrame(
  kernel: Kernel,
  frame: number,
  fp: number,
  action: SignalAction,
  info: SignalInfo,
  mask: SignalSet,
  interrupts: boolean,
): void {
  const { user, scheduler } = kernel
  const words = scheduler.saveRegisters()
  user.writeU32(fp + PRIVATE, words.length)
  user.writeU32(fp + PRIVATE + 4, interrupts && words[(REG_PENDING - REG_PC) / 4] ? 1 : 0)
  words.forEach((word, i) => user.writeU32(fp + PRIVATE + 8 + 4 * i, word))
  writeStack(user, frame + STACK, kernel.current.altStack)
  user.writePtr(frame + RBP, read64(kernel, REG_BP))
  user.writePtr(frame + RSP, read64(kernel, REG_SP))
  user.writePtr(frame + RIP, ripOf(kernel, words))
  user.writePtr(frame + FPREGS, fp)
  user.writeU32(frame + SIGMASK, mask[0])
  user.writeU32(frame + SIGMASK + 4, mask[1])
  writeInfo(kernel, frame + SIGINFO, info)
  user.writePtr(frame, action.restorer)
}

const ripOf = (kernel: Kernel, words: readonly number[]): number => kernel.code?.addressOf(words[0]) ?? 0

/** siginfo_t (include/uapi/asm-generic/siginfo.h). */
function writeInfo(kernel: Kernel, at: number, { signal, code, pid, address, status }: SignalInfo): void {
  const { user } = kernel
  user.writeU32(at, signal)
  user.writeU32(at + 4, 0)
  user.writeU32(at + 8, code)
  if (address !== 0) return user.writePtr(at + 16, address)
  user.writeU32(at + 16, pid)
  user.writeU32(at + 20, 0)
  user.writeU32(at + 24, status)
}

/**
 * Takes the registers back from the frame that the stack pointer now stands above.
 * @mm sys_rt_sigreturn arch/x86/kernel/signal_64.c
 */
export function popFrame(kernel: Kernel): void {
  const { user, scheduler, tasks } = kernel
  const frame = read64(kernel, REG_SP) - 8
  const fp = user.readPtr(frame + FPREGS)
  const length = user.readU32(fp + PRIVATE)
  if (length < (REG_ARGS - REG_PC) / 4 || length > 1024) throw new ProcessEnded(0, SIGSEGV)
  const words = Array.from({ length }, (_, i) => user.readI32(fp + PRIVATE + 8 + 4 * i))
  const rip = user.readPtr(frame + RIP)
  if (rip !== ripOf(kernel, words)) {
    const point = kernel.code?.codePointAt(rip) ?? -1
    if (point < 0) throw new UserFault(SIGSEGV, plainSignal(SIGSEGV, 1).code, rip as never, false)
    words[0] = point
    words[(REG_PENDING - REG_PC) / 4] = 0
  }
  const interrupted = user.readU32(fp + PRIVATE + 4) !== 0
  tasks.current.blocked = [user.readI32(frame + SIGMASK), user.readI32(frame + SIGMASK + 4)]
  const stack = readStack(user, frame + STACK)
  scheduler.loadRegisters(words)
  setAltStack(kernel, read64(kernel, REG_SP), stack)
  tasks.current.interrupted = interrupted
}
