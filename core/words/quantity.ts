/** Numbers as the window and reports write them. Sizes stay as the tools print them: plain kB, no grouping. */

export interface Quantity {
  readonly value: string
  readonly unit: string
}

const TIME_UNITS = [
  { unit: 'ns', scale: 1 },
  { unit: 'µs', scale: 1e3 },
  { unit: 'ms', scale: 1e6 },
  { unit: 's', scale: 1e9 },
] as const
export type TimeUnit = (typeof TIME_UNITS)[number]

/** The largest unit in which `ns` is at least 1; one unit then serves a whole axis. */
export function timeUnit(ns: number): TimeUnit {
  const fitting = TIME_UNITS.filter((u) => Math.abs(ns) >= u.scale)
  return fitting[fitting.length - 1] ?? TIME_UNITS[0]
}

/** Four significant digits, so that a figure keeps its width while it grows: 0, 312.4 µs, 1.204 ms, 12.04 ms. */
export function formatTime(ns: number, unit: TimeUnit = timeUnit(ns)): Quantity {
  const value = ns / unit.scale
  const digits = unit.scale === 1 ? 0 : Math.max(0, 3 - Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1))))
  return { value: value.toFixed(digits), unit: unit.unit }
}

export function timeText(ns: number): string {
  const { value, unit } = formatTime(ns)
  return `${value} ${unit}`
}

/** With its sign; the minus is the typographic one, as wide as a digit. */
export function signed(n: number): string {
  return n < 0 ? `−${-n}` : `+${n}`
}

/** For an axis or a table that must not show 3.9999999999. */
export function tidy(n: number): number {
  return Math.round(n * 1000) / 1000
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
}
export function signalName(signal: number): string {
  return SIGNALS[signal] ?? `signal ${signal}`
}
