/** A step of the allocator as a message of the window with its parameters. */
import type { HeapStep } from '../../../core/protocol/index.js'
import { hexText } from './hex.js'
import type { MessageKey, Params } from '../locales/index.js'

interface StepParts {
  readonly key: MessageKey
  /** A list named '' is none. */
  readonly params: Params
}

export function stepParts(step: HeapStep): StepParts {
  switch (step.step) {
    case 'init':
      return { key: 'whatIf.init', params: {} }
    case 'take':
      return { key: 'whatIf.take', params: { address: hexText(step.address), size: step.size, from: step.from } }
    case 'split': {
      const { address, size, from, rest, restSize, to } = step
      return {
        key: 'whatIf.split',
        params: { address: hexText(address), size, from, rest: hexText(rest), restSize, to },
      }
    }
    case 'cut-top':
      return {
        key: 'whatIf.cutTop',
        params: { address: hexText(step.address), size: step.size, topSize: step.topSize },
      }
    case 'move': {
      const { address, size, from, to, into } = step
      const params = { address: hexText(address), size, from, to }
      return into === address
        ? { key: 'whatIf.move', params }
        : { key: 'whatIf.moveInto', params: { ...params, into: hexText(into) } }
    }
    case 'put': {
      const params = { address: hexText(step.address), size: step.size }
      if (step.to === 'top') return { key: 'whatIf.becomesTop', params }
      return { key: 'whatIf.put', params: { ...params, to: step.to, count: step.count } }
    }
    case 'merge': {
      const key = { previous: 'whatIf.mergePrevious', next: 'whatIf.mergeNext', top: 'whatIf.mergeTop' } as const
      return { key: key[step.with], params: { address: hexText(step.address) } }
    }
    case 'resize':
      return { key: 'whatIf.resize', params: { address: hexText(step.address), from: step.from, to: step.to } }
    case 'copy':
      return { key: 'whatIf.copy', params: { from: hexText(step.from), to: hexText(step.to) } }
    case 'brk':
      return {
        key: step.by < 0 ? 'whatIf.brkDown' : 'whatIf.brk',
        params: { by: Math.abs(step.by), to: hexText(step.to) },
      }
    case 'mmap':
      return { key: 'whatIf.mmap', params: { address: hexText(step.address), length: step.length } }
    case 'munmap':
      return { key: 'whatIf.munmap', params: { address: hexText(step.address), length: step.length } }
    case 'mremap':
      return {
        key: 'whatIf.mremap',
        params: { address: hexText(step.address), length: step.length, to: hexText(step.to) },
      }
    case 'threshold':
      return { key: 'whatIf.threshold', params: { mmap: step.mmap, trim: step.trim } }
  }
}
