/**
 * The contract between compiled C code and the machine: one WebAssembly.Memory holds the register file of the
 * running task, a software TLB, and behind them the contents of the page frames. Compiled code translates inline:
 *
 *   entry = TLB_BASE + ((addr >> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES
 *   read hit:  i64[entry + TLB_READ]  == (addr & ~(4095 - (size - 1)))     (page address; misaligned never hits)
 *   write hit: i64[entry + TLB_WRITE] == (addr & ~(4095 - (size - 1)))
 *   byte in memory: i32[entry + TLB_FRAME] + (addr & 4095)
 *
 *      0 +---------------------+
 *        | registers (REG_*)   |
 *   4096 +---------------------+
 *        | TLB, 32 bytes each  |
 *  64 Ki +---------------------+
 *        | frame contents ...  |
 *        +---------------------+
 *
 * A miss calls out (UserCpu.loadMiss and storeMiss, user-cpu.ts); that is where page walks and faults happen.
 */
export const REG_FUEL = 0 // i32: statements left before control goes back to the scheduler
export const REG_PC = 4 // i32: code point to run next (index into the program's table of code points)
export const REG_SP = 8 // i64: stack pointer (rsp)
export const REG_BP = 16 // i64: frame pointer (rbp)
export const REG_RET = 24 // i64 or f64 bits: value returned by the last call (rax or xmm0)
export const REG_ARGC = 32 // i32: number of argument slots in use
export const REG_CALL = 36 // i32: index of the libc function asked for (with RunStatus.LibCall)
export const REG_FS = 40 // i64: thread pointer (fs base)
export const REG_PENDING = 48 // i32: 1 while the libc call REG_CALL is asked for and not finished
export const REG_JUMP = 56 // i64: address of a jump to what is not code of the program (with RunStatus.BadJump)
export const REG_BOUNCE = 64 // 16 bytes: a load that crosses pages is gathered here
export const REG_ARGS = 128 // ARG_SLOTS slots of 8 bytes, raw bits, in order of the arguments
export const ARG_SLOTS = 256
/** Bytes that make up a task's user context, saved and restored on a task switch. */
export const REG_BYTES = REG_ARGS + ARG_SLOTS * 8

export const TLB_BASE = 4096
export const TLB_ENTRIES = 1024
export const TLB_ENTRY_BYTES = 32
export const TLB_READ = 0 // i64: page address readable through this entry, or -1
export const TLB_WRITE = 8 // i64: page address writable through this entry, or -1
export const TLB_FRAME = 16 // i32: where the frame's contents start in memory
export const ARENA_BASE = 65536

/** The program's code as the kernel needs it to start a thread or a signal handler. */
export interface UserCode {
  /** Code point of a text address, -1 where there is none. */
  codePointAt(address: number): number
  /** Text address of a code point. */
  addressOf(codePoint: number): number
}
