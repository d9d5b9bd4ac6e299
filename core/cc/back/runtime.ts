/**
 * The WebAssembly functions every program carries: address translation in full, calls and returns through the guest
 * stack, block copies and the conversions that x86 does differently from WebAssembly.
 */
import {
  REG_ARGC,
  REG_ARGS,
  REG_BP,
  REG_CALL,
  REG_JUMP,
  REG_PC,
  REG_RET,
  REG_SP,
  TLB_BASE,
  TLB_ENTRIES,
  TLB_ENTRY_BYTES,
  TLB_FRAME,
  TLB_READ,
  TLB_WRITE,
} from '../../kernel/uapi/index.js'
import { CODE_POINT_BYTES, RunStatus } from '../program.js'
import { Op, type WasmType } from './opcodes.js'
import type { FunctionBuilder, ModuleBuilder } from './wasm.js'

/** Internal status: the driver goes on with the code point at REG_PC. */
export const CONTINUE = 5
/** What `resolve` answers for an address that is neither code of the program nor of libc. */
export const NOT_CODE = -0x8000_0000

const OFFSET_MASK = 4095
const PAGE_MASK = ~4095n
/** log2(page size) - log2(size of a TLB entry): turns an address into the offset of its TLB entry. */
const TLB_SHIFT = 12n - BigInt(Math.log2(TLB_ENTRY_BYTES))
const TLB_MASK = (TLB_ENTRIES - 1) * TLB_ENTRY_BYTES

export interface Runtime {
  /** (address, size) -> offset in memory; asks the machine. */
  readonly missLoad: number
  /** (address, size, value); asks the machine. */
  readonly missStore: number
  /** (address, size) -> offset in memory; TLB first. */
  readonly locate: number
  /** (address, size, value); TLB first. */
  readonly store: number
  /** (rbp, hot) -> offset in memory of rbp - hot when that part of the frame can be read and written directly, or 0. */
  readonly window: number
  /** (to, from, bytes) */
  readonly copy: number
  /** (to, bytes) */
  readonly zero: number
  /** (frame size, extra bytes): push rbp; mov rsp, rbp; sub size, rsp. */
  readonly enter: number
  /** leave; ret -> status. */
  readonly leave: number
  /** (code point): pushes its text address, as the call instruction does. */
  readonly pushReturn: number
  /** (address, code point to come back to) -> status. */
  readonly callPointer: number
  /** cvttsd2si with a 32-bit and a 64-bit result; the latter as gcc uses it for unsigned long. */
  readonly toInt: number
  readonly toLong: number
  readonly toULong: number
  readonly biasGlobal: number
  /** Where the library units are, and their first code point; undefined when there are none. */
  readonly library: { readonly global: number; readonly firstPoint: number } | undefined
}

export interface RuntimeOptions {
  readonly textBase: number
  readonly codePoints: number
  /** Code points of library units, behind the program's. */
  readonly libraryPoints: number
}

/** Writes the offset of the TLB entry of the address in a local. */
export function tlbEntry(f: FunctionBuilder, address: number): void {
  f.get(address).i64(TLB_SHIFT).op(Op.i64ShrU, Op.i32WrapI64).i32(TLB_MASK).op(Op.i32And)
}

/** Condition: the TLB entry whose offset is on the stack serves this access. */
export function tlbHit(f: FunctionBuilder, address: number, way: 'read' | 'write', size: number): void {
  f.memory(Op.i64Load, TLB_BASE + (way === 'read' ? TLB_READ : TLB_WRITE))
  f.get(address)
    .i64(~(4095n - BigInt(size - 1)))
    .op(Op.i64And, Op.i64Eq)
}

/** Offset in memory of an address whose TLB entry hit. */
export function tlbHost(f: FunctionBuilder, entry: number, address: number): void {
  f.get(entry).memory(Op.i32Load, TLB_BASE + TLB_FRAME)
  f.get(address).op(Op.i32WrapI64).i32(OFFSET_MASK).op(Op.i32And, Op.i32Add)
}

export function addRuntime(module: ModuleBuilder, options: RuntimeOptions): Runtime {
  const imports = {
    loadMiss: module.importFunction('loadMiss', ['i32', 'i32', 'i32'], ['i32']),
    storeMiss: module.importFunction('storeMiss', ['i32', 'i32', 'i32', 'i32', 'i32'], []),
    resolve: module.importFunction('resolve', ['i32', 'i32'], ['i32']),
  }
  const biasGlobal = module.importGlobal('bias', 'i64')
  const text: Text = {
    ...{ ...options, bias: biasGlobal },
    library: options.libraryPoints > 0 ? module.importGlobal('library', 'i64') : undefined,
  }
  const add = (
    params: readonly WasmType[],
    results: readonly WasmType[],
    write: (f: FunctionBuilder) => void,
  ): number => {
    const f = module.addFunction(params, results)
    write(f)
    return f.index
  }
  const halves = (f: FunctionBuilder, local: number): void => {
    f.get(local).op(Op.i32WrapI64)
    f.get(local).i64(32).op(Op.i64ShrU, Op.i32WrapI64)
  }

  const missLoad = add(['i64', 'i32'], ['i32'], (f) => {
    halves(f, 0)
    f.get(1).call(imports.loadMiss)
  })
  const missStore = add(['i64', 'i32', 'i64'], [], (f) => {
    halves(f, 0)
    f.get(1)
    halves(f, 2)
    f.call(imports.storeMiss)
  })
  const locate = add(['i64', 'i32'], ['i32'], (f) => writeLocate(f, missLoad))
  const store = add(['i64', 'i32', 'i64'], [], (f) => writeStore(f, missStore))
  const window = add(['i64', 'i32'], ['i32'], writeWindow)
  const copy = add(['i64', 'i64', 'i32'], [], (f) => writeCopy(f, locate, store))
  const zero = add(['i64', 'i32'], [], (f) => writeZero(f, store))
  const enter = add(['i32', 'i32'], [], (f) => writeEnter(f, store))
  const goTo = add(['i64'], ['i32'], (f) => writeGoTo(f, text))
  const leave = add([], ['i32'], (f) => writeLeave(f, locate, goTo))
  const pushReturn = add(['i32'], [], (f) => writePushReturn(f, store, text))
  const callPointer = add(['i64', 'i32'], ['i32'], (f) => writeCallPointer(f, imports.resolve, halves, pushReturn))
  return {
    ...{ missLoad, missStore, locate, store, window, copy, zero, enter, leave, pushReturn, callPointer, biasGlobal },
    library: text.library === undefined ? undefined : { global: text.library, firstPoint: options.codePoints + 1 },
    toInt: add(['f64'], ['i32'], writeToInt),
    toLong: add(['f64'], ['i64'], writeToLong),
    toULong: add(['f64'], ['i64'], writeToULong),
  }
}

interface Text extends RuntimeOptions {
  readonly bias: number
  /** Global that says where the library units are; undefined when there are none. */
  readonly library: number | undefined
}

/** How main's caller ends the program. */
export interface MainCaller {
  readonly runtime: Runtime
  /** Code point of main's caller, behind main's return. */
  readonly codePoint: number
  /** Code point of exit(), when it is a library unit. */
  readonly exit: number | undefined
}

/** The function that runs code points until one of them has something to say, and main's caller. */
export function addDriver(
  module: ModuleBuilder,
  codeType: number,
  caller: MainCaller,
): { readonly run: number; readonly exit: number } {
  const exit = module.addFunction(['i32'], ['i32'])
  if (caller.exit === undefined) exit.i32(RunStatus.Returned)
  else writeCallOfExit(exit, caller, caller.exit)
  const f = module.addFunction([], ['i32'])
  const status = f.newLocal('i32')
  const top = f.depth
  f.loop()
  f.i32(0).memory(Op.i32Load, REG_PC)
  f.i32(0).memory(Op.i32Load, REG_PC).callIndirect(codeType)
  f.tee(status).i32(CONTINUE).op(Op.i32Eq).branch(Op.brIf, top)
  f.end().get(status)
  return { run: f.index, exit: exit.index }
}

/** exit(main(argc, argv, envp)) (glibc sysdeps/nptl/libc_start_call_main.h) */
function writeCallOfExit(f: FunctionBuilder, { runtime, codePoint }: MainCaller, exit: number): void {
  f.i32(0).i32(0).memory(Op.i64Load, REG_RET).memory(Op.i64Store, REG_ARGS)
  f.i32(0).i32(1).memory(Op.i32Store, REG_ARGC)
  f.i32(codePoint).call(runtime.pushReturn)
  f.i32(0).i32(exit).memory(Op.i32Store, REG_PC)
  f.i32(CONTINUE)
}

function writeLocate(f: FunctionBuilder, missLoad: number): void {
  const entry = f.newLocal('i32')
  tlbEntry(f, 0)
  f.tee(entry).memory(Op.i64Load, TLB_BASE + TLB_READ)
  writeSizedTag(f)
  f.op(Op.i64Eq).if('i32')
  tlbHost(f, entry, 0)
  f.else().get(0).get(1).call(missLoad).end()
}

/** The tag an access of `size` (local 1) bytes at `address` (local 0) must find: misaligned addresses find none. */
function writeSizedTag(f: FunctionBuilder): void {
  f.get(0).get(1).i32(1).op(Op.i32Sub, Op.i64ExtendI32U).i64(PAGE_MASK).op(Op.i64Or, Op.i64And)
}

function writeStore(f: FunctionBuilder, missStore: number): void {
  const entry = f.newLocal('i32')
  const host = f.newLocal('i32')
  tlbEntry(f, 0)
  f.tee(entry).memory(Op.i64Load, TLB_BASE + TLB_WRITE)
  writeSizedTag(f)
  f.op(Op.i64Ne).if().get(0).get(1).get(2).call(missStore).op(Op.return).end()
  tlbHost(f, entry, 0)
  f.set(host)
  const sizes = [
    [1, Op.i32Store8],
    [2, Op.i32Store16],
    [4, Op.i32Store],
  ] as const
  for (const [size, op] of sizes) {
    f.get(1).i32(size).op(Op.i32Eq).if()
    f.get(host).get(2).op(Op.i32WrapI64).memory(op, 0)
    f.op(Op.return).end()
  }
  f.get(host).get(2).memory(Op.i64Store, 0)
}

function writeWindow(f: FunctionBuilder): void {
  const low = f.newLocal('i64')
  const entry = f.newLocal('i32')
  const page = f.newLocal('i64')
  f.get(0).get(1).op(Op.i64ExtendI32U, Op.i64Sub).tee(low).i64(PAGE_MASK).op(Op.i64And).set(page)
  // One page: the last byte below rbp is on the same one.
  f.get(0).i64(1).op(Op.i64Sub).i64(PAGE_MASK).op(Op.i64And).get(page).op(Op.i64Ne)
  f.if().i32(0).op(Op.return).end()
  tlbEntry(f, low)
  f.tee(entry)
    .memory(Op.i64Load, TLB_BASE + TLB_WRITE)
    .get(page)
    .op(Op.i64Ne)
  f.if().i32(0).op(Op.return).end()
  f.get(entry)
    .memory(Op.i64Load, TLB_BASE + TLB_READ)
    .get(page)
    .op(Op.i64Ne)
  f.if().i32(0).op(Op.return).end()
  tlbHost(f, entry, low)
}

/** Eight bytes at a time, then single bytes. */
function writeCopy(f: FunctionBuilder, locate: number, store: number): void {
  writeSteps(f, 2, (size, load) => {
    f.get(0).i32(size)
    f.get(1).i32(size).call(locate).memory(load, 0).call(store)
    f.get(0).i64(size).op(Op.i64Add).set(0)
    f.get(1).i64(size).op(Op.i64Add).set(1)
  })
}

function writeZero(f: FunctionBuilder, store: number): void {
  writeSteps(f, 1, (size) => {
    f.get(0).i32(size).i64(0).call(store)
    f.get(0).i64(size).op(Op.i64Add).set(0)
  })
}

function writeSteps(f: FunctionBuilder, count: number, step: (size: number, load: Op) => void): void {
  const steps = [
    [8, Op.i64Load],
    [1, Op.i64Load8U],
  ] as const
  for (const [size, load] of steps) {
    const out = f.depth
    f.block()
    const top = f.depth
    f.loop()
    f.get(count).i32(size).op(Op.i32LtS).branch(Op.brIf, out)
    step(size, load)
    f.get(count).i32(size).op(Op.i32Sub).set(count).branch(Op.br, top)
    f.end().end()
  }
}

function writeEnter(f: FunctionBuilder, store: number): void {
  const sp = f.newLocal('i64')
  f.i32(0).memory(Op.i64Load, REG_SP).i64(8).op(Op.i64Sub).tee(sp)
  f.i32(8).i32(0).memory(Op.i64Load, REG_BP).call(store)
  f.i32(0).get(sp).memory(Op.i64Store, REG_BP)
  f.i32(0).get(sp)
  f.get(0).get(1).op(Op.i32Add, Op.i64ExtendI32U, Op.i64Sub).memory(Op.i64Store, REG_SP)
}

function writeLeave(f: FunctionBuilder, locate: number, goTo: number): void {
  const bp = f.newLocal('i64')
  const target = f.newLocal('i64')
  f.i32(0).memory(Op.i64Load, REG_BP).set(bp)
  f.get(bp).i64(8).op(Op.i64Add).i32(8).call(locate).memory(Op.i64Load, 0).set(target)
  f.i32(0).get(bp).i32(8).call(locate).memory(Op.i64Load, 0).memory(Op.i64Store, REG_BP)
  f.i32(0).get(bp).i64(16).op(Op.i64Add).memory(Op.i64Store, REG_SP)
  f.get(target).call(goTo)
}

/** Turns a text address into the code point to run next. One past the last point is where main returns to. */
function writeGoTo(f: FunctionBuilder, text: Text): void {
  const distance = f.newLocal('i64')
  f.get(0).global(text.bias).op(Op.i64Sub).i64(text.textBase).op(Op.i64Sub).set(distance)
  writeGoToPoint(f, distance, 0, text.codePoints + 1)
  if (text.library !== undefined) {
    f.get(0).global(text.library).op(Op.i64Sub).set(distance)
    writeGoToPoint(f, distance, text.codePoints + 1, text.libraryPoints)
  }
  writeBadJump(f)
}

/** Goes to code point first + distance / 8 if that is one of `count`; falls through otherwise. */
function writeGoToPoint(f: FunctionBuilder, distance: number, first: number, count: number): void {
  f.get(distance)
    .i64(count * CODE_POINT_BYTES)
    .op(Op.i64LtU)
  f.get(distance)
    .i64(CODE_POINT_BYTES - 1)
    .op(Op.i64And, Op.i64Eqz, Op.i32And)
    .if()
  f.i32(0).get(distance).i64(Math.log2(CODE_POINT_BYTES)).op(Op.i64ShrU, Op.i32WrapI64)
  if (first > 0) f.i32(first).op(Op.i32Add)
  f.memory(Op.i32Store, REG_PC)
  f.i32(CONTINUE).op(Op.return).end()
}

/** The address in local 0 is not code. */
function writeBadJump(f: FunctionBuilder): void {
  f.i32(0).get(0).memory(Op.i64Store, REG_JUMP).i32(RunStatus.BadJump)
}

function writePushReturn(f: FunctionBuilder, store: number, { bias, textBase, codePoints, library }: Text): void {
  const sp = f.newLocal('i64')
  f.i32(0).memory(Op.i64Load, REG_SP).i64(8).op(Op.i64Sub).tee(sp).i32(8)
  f.get(0).i32(CODE_POINT_BYTES).op(Op.i32Mul, Op.i64ExtendI32U)
  if (library !== undefined) {
    f.get(0).i32(codePoints).op(Op.i32GtS).if('i64')
    f.global(library)
      .i64((codePoints + 1) * CODE_POINT_BYTES)
      .op(Op.i64Sub)
    f.else()
  }
  f.i64(textBase).global(bias).op(Op.i64Add)
  if (library !== undefined) f.end()
  f.op(Op.i64Add).call(store)
  f.i32(0).get(sp).memory(Op.i64Store, REG_SP)
}

function writeCallPointer(
  f: FunctionBuilder,
  resolve: number,
  halves: (f: FunctionBuilder, local: number) => void,
  pushReturn: number,
): void {
  const target = f.newLocal('i32')
  halves(f, 0)
  f.call(resolve).tee(target).i32(NOT_CODE).op(Op.i32Eq).if()
  writeBadJump(f)
  f.op(Op.return).end()
  f.get(target).i32(0).op(Op.i32LtS).if()
  f.i32(0).i32(-1).get(target).op(Op.i32Sub).memory(Op.i32Store, REG_CALL)
  f.i32(0).get(1).memory(Op.i32Store, REG_PC)
  f.i32(RunStatus.LibCall).op(Op.return).end()
  f.get(1).call(pushReturn)
  f.i32(0).get(target).memory(Op.i32Store, REG_PC)
  f.i32(CONTINUE)
}

function writeToInt(f: FunctionBuilder): void {
  f.get(0).f64(-2147483649).op(Op.f64Gt).get(0).f64(2147483648).op(Op.f64Lt, Op.i32And)
  f.if('i32').get(0).op(Op.i32TruncF64S).else().i32(-2147483648).end()
}

function writeToLong(f: FunctionBuilder): void {
  f.get(0)
    .f64(-(2 ** 63))
    .op(Op.f64Ge)
    .get(0)
    .f64(2 ** 63)
    .op(Op.f64Lt, Op.i32And)
  f.if('i64')
    .get(0)
    .op(Op.i64TruncF64S)
    .else()
    .i64(-(2n ** 63n))
    .end()
}

/** gcc's sequence: values from 2^63 on are converted less 2^63, with the top bit put back. */
function writeToULong(f: FunctionBuilder): void {
  const value = f.newLocal('f64')
  f.get(0)
    .f64(2 ** 63)
    .op(Op.f64Ge)
    .if('i64')
  f.get(0)
    .f64(2 ** 63)
    .op(Op.f64Sub)
    .tee(value)
    .f64(2 ** 63)
    .op(Op.f64Lt)
    .if('i64')
  f.get(value)
    .op(Op.i64TruncF64S)
    .else()
    .i64(-(2n ** 63n))
    .end()
  f.i64(-(2n ** 63n)).op(Op.i64Xor)
  f.else()
    .get(0)
    .f64(-(2 ** 63))
    .op(Op.f64Ge)
    .if('i64')
  f.get(0)
    .op(Op.i64TruncF64S)
    .else()
    .i64(-(2n ** 63n))
    .end()
  f.end()
}
