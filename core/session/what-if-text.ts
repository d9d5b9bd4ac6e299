/** "free 0x5555555596b0" as a call, and what it would do as sentences in glibc's terms. */
import { hex } from '../base/index.js'
import type { HeapCall, HeapStep, WhatIf } from '../protocol/index.js'

const FORMS: Readonly<Record<string, (numbers: readonly number[]) => HeapCall>> = {
  'malloc 1': ([size]) => ({ call: 'malloc', size }),
  'calloc 2': ([count, size]) => ({ call: 'calloc', count, size }),
  'realloc 2': ([block, size]) => ({ call: 'realloc', block, size }),
  'memalign 2': ([alignment, size]) => ({ call: 'memalign', alignment, size }),
  'free 1': ([block]) => ({ call: 'free', block }),
}

/** Numbers are decimal or hex, with or without parentheses and commas; undefined if it is no such call. */
export function parseHeapCall(text: string): HeapCall | undefined {
  const [name = '', ...words] = text.split(/[\s(),;]+/).filter((word) => word !== '')
  if (!words.every((word) => /^(0x[0-9a-f]+|\d+)$/i.test(word))) return undefined
  const form = Object.hasOwn(FORMS, `${name} ${words.length}`) ? FORMS[`${name} ${words.length}`] : undefined
  const numbers = words.map(Number)
  return form && numbers.every(Number.isSafeInteger) ? form(numbers) : undefined
}

export function whatIfText(call: HeapCall, { end, steps }: WhatIf): string {
  return [callText(call) + ':', ...steps.map((step) => `  ${stepText(step)}`), `  ${endText(call, end)}`, ''].join('\n')
}

const at = (address: number): string => `0x${hex(address)}`

function callText(call: HeapCall): string {
  switch (call.call) {
    case 'malloc':
      return `malloc(${call.size})`
    case 'calloc':
      return `calloc(${call.count}, ${call.size})`
    case 'realloc':
      return `realloc(${at(call.block)}, ${call.size})`
    case 'memalign':
      return `memalign(${call.alignment}, ${call.size})`
    case 'free':
      return `free(${at(call.block)})`
  }
}

function endText(call: HeapCall, end: WhatIf['end']): string {
  if (end.how === 'aborts') return `aborts: ${end.message}`
  if (end.how === 'signal') return `signal ${end.signal}: nothing is mapped at ${at(end.address)}`
  if (call.call === 'free') return 'returns'
  return end.value === 0 ? 'returns NULL' : `returns ${at(end.value)}`
}

function stepText(step: HeapStep): string {
  switch (step.step) {
    case 'init':
      return 'the heap is set up (ptmalloc_init)'
    case 'take':
      return `takes chunk ${at(step.address)} (${step.size}) from ${step.from}`
    case 'split':
      return (
        `splits chunk ${at(step.address)} of ${step.from}: ${step.size} are used, ` +
        `the remainder ${at(step.rest)} (${step.restSize}) goes to ${step.to || 'no list'}`
      )
    case 'cut-top':
      return `cuts chunk ${at(step.address)} (${step.size}) off top, which keeps ${step.topSize}`
    case 'move':
      return (
        `chunk ${at(step.address)} (${step.size}) moves from ${step.from} to ${step.to}` +
        (step.into === step.address ? '' : `, merged into ${at(step.into)}`)
      )
    case 'put':
      return (
        `chunk ${at(step.address)} (${step.size}) ${step.to === 'top' ? 'is top now' : `goes to ${step.to || 'no list'}`}` +
        (step.count > 0 ? `, which then holds ${step.count}` : '')
      )
    case 'merge':
      return `merges with ${step.with === 'top' ? 'top' : `the ${step.with} chunk`} ${at(step.address)}`
    case 'resize':
      return `chunk ${at(step.address)} changes in place from ${step.from} to ${step.to}`
    case 'copy':
      return `copies the contents from ${at(step.from)} to ${at(step.to)}`
    default:
      return kernelStepText(step)
  }
}

function kernelStepText(step: Extract<HeapStep, { step: 'brk' | 'mmap' | 'munmap' | 'mremap' | 'threshold' }>): string {
  switch (step.step) {
    case 'brk':
      return `brk moves the break by ${step.by} to ${at(step.to)}`
    case 'mmap':
      return `mmap of ${step.length} bytes at ${at(step.address)}`
    case 'munmap':
      return `munmap of ${step.length} bytes at ${at(step.address)}`
    case 'mremap':
      return `mremap of ${at(step.address)} to ${step.length} bytes at ${at(step.to)}`
    case 'threshold':
      return `mmap_threshold rises to ${step.mmap}, trim_threshold to ${step.trim}`
  }
}
