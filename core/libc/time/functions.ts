/**
 * <time.h> and the sleeps, on the virtual clock. Calendar time starts at a fixed moment: the same program must give
 * the same output every time.
 */
import { BOOT_EPOCH, Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { readTime } from './timespec.js'

const NANO = 1_000_000_000

const CLOCK_REALTIME = 0
const CPU_CLOCKS = [2, 3]
/** CLOCK_REALTIME .. CLOCK_TAI without the CPU clocks, alarms and SGI cycle. */
const WALL_CLOCKS = [0, 1, 4, 5, 6, 7]

/** Nanoseconds the process has computed: all time but what it slept. Waiting for input costs no virtual time. */
const cpuTime = (rt: Runtime): number => rt.sys.clockGettime() - rt.state.startedAt - rt.state.slept

const seconds = (rt: Runtime): number => BOOT_EPOCH + Math.floor(rt.sys.clockGettime() / NANO)

function sleepFor(rt: Runtime, nanoseconds: number, remaining = 0): number {
  rt.touch('clock_nanosleep')
  const result = rt.sys.nanosleep(nanoseconds, remaining)
  rt.state.slept += nanoseconds
  return rt.result(result)
}

function writeTimespec(rt: Runtime, to: number, wholeSeconds: number, nanoseconds: number): number {
  rt.mem.writePtr(to, wholeSeconds)
  rt.mem.writePtr(to + 8, nanoseconds)
  return 0
}

function clockGettime(rt: Runtime, id: number, to: number): number {
  const cpu = CPU_CLOCKS.includes(id)
  if (!cpu && !WALL_CLOCKS.includes(id)) return rt.fail(Errno.EINVAL)
  const ns = cpu ? cpuTime(rt) : rt.sys.clockGettime()
  const epoch = id === CLOCK_REALTIME || id === 5 ? BOOT_EPOCH : 0
  return writeTimespec(rt, to, epoch + Math.floor(ns / NANO), ns % NANO)
}

function nanosleep(rt: Runtime, request: number, remaining: number): number {
  const [whole, rest] = readTime(rt.mem, request)
  if (whole < 0 || rest < 0 || rest >= NANO) return rt.fail(Errno.EINVAL)
  return sleepFor(rt, whole * NANO + rest, remaining)
}

/** @glibc __sleep sysdeps/posix/sleep.c: whole seconds that were left */
function sleep(rt: Runtime, wholeSeconds: number): number {
  const left = rt.objects.scratch
  return sleepFor(rt, wholeSeconds * NANO, left) < 0 ? rt.mem.readPtr(left) : 0
}

function time(rt: Runtime, to: number): number {
  const now = seconds(rt)
  if (to !== 0) rt.mem.writePtr(to, now)
  return now
}

function gettimeofday(rt: Runtime, to: number): number {
  const ns = rt.sys.clockGettime()
  if (to === 0) return 0
  return writeTimespec(rt, to, BOOT_EPOCH + Math.floor(ns / NANO), Math.floor((ns % NANO) / 1000))
}

export function timeFunctions(rt: Runtime): FunctionTable {
  return {
    time: (a) => time(rt, a.ptr(0)),
    clock: () => Math.floor(cpuTime(rt) / 1000),
    difftime: (a) => Number(a.i64(0) - a.i64(1)),
    clock_gettime: (a) => clockGettime(rt, a.i32(0), a.ptr(1)),
    clock_getres: (a) => (a.ptr(1) === 0 ? 0 : writeTimespec(rt, a.ptr(1), 0, 1)),
    nanosleep: (a) => nanosleep(rt, a.ptr(0), a.ptr(1)),
    gettimeofday: (a) => gettimeofday(rt, a.ptr(0)),
    sleep: (a) => sleep(rt, a.u32(0)),
    usleep: (a) => sleepFor(rt, a.u32(0) * 1000),
  }
}
