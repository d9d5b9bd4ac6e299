/**
 * What a call of malloc or free would do now, without doing it: the same allocator runs on a shadow of the process's
 * memory and mappings, and what it changed is told by comparing the chunks before and after.
 */
import { HeapInspector, Ptmalloc, type BinView, type ChunkView } from '../libc/ptmalloc/index.js'
import { UserFault } from '../kernel/uapi/index.js'
import type { Mm, VmaRules } from '../mm/vma/index.js'
import type { HeapCall, HeapStep, WhatIf } from '../protocol/index.js'
import { binName, inspectorOf, type HeapSources } from './heap.js'
import { ShadowKernel } from './shadow-kernel.js'

export interface WhatIfMachine {
  readonly glibc: string
  readonly program: string
  readonly mm: Mm
  /** The break as sbrk remembers it. */
  readonly brk: number
  readonly rules: Pick<VmaRules, 'alignHugeAnon'>
}

const HEADER = 16

/** glibc gave up: not an error of ours. */
class Aborted extends Error {
  override readonly name = 'Aborted'
}

export function whatIf(sources: HeapSources, machine: WhatIfMachine, call: HeapCall): WhatIf {
  const kernel = new ShadowKernel(sources.peek, machine.mm, machine.brk, machine.rules)
  const shadow = shadowOf(sources, machine, kernel)
  const before = new HeapPicture(inspectorOf(sources))
  const thresholdBefore = shadow.heap.mp.mmapThreshold
  const wasInitialized = shadow.heap.mp.initialized
  const end = endOf(() => perform(shadow, call))
  if (end.how !== 'returns') return { end, steps: kernel.steps }
  const after = new HeapPicture(new HeapInspector(shadow.heap, kernel.mem.peek))
  const { mp } = shadow.heap
  const init: readonly HeapStep[] = wasInitialized || !mp.initialized ? [] : [{ step: 'init' }]
  const raised: readonly HeapStep[] =
    mp.mmapThreshold === thresholdBefore ? [] : [{ step: 'threshold', mmap: mp.mmapThreshold, trim: mp.trimThreshold }]
  return { end, steps: [...init, ...stepsOf(call, end.value, before, after, kernel.steps), ...raised] }
}

function shadowOf({ allocator }: HeapSources, machine: WhatIfMachine, kernel: ShadowKernel): Ptmalloc {
  const host = {
    mem: kernel.mem,
    sys: kernel,
    sbrk: (increment: number) => kernel.sbrk(increment),
    touch: () => {},
    fatal: (message: string): never => {
      throw new Aborted(message)
    },
    cpus: 1,
    program: machine.program,
    shortProgram: machine.program.slice(machine.program.lastIndexOf('/') + 1),
  }
  const shadow = new Ptmalloc(host, machine.glibc, allocator.heap.mainArena)
  shadow.restore(allocator.save())
  return shadow
}

function perform(pool: Ptmalloc, call: HeapCall): number {
  switch (call.call) {
    case 'malloc':
      return pool.malloc(call.size)
    case 'calloc':
      return pool.calloc(call.count, call.size)
    case 'realloc':
      return pool.realloc(call.block, call.size)
    case 'memalign':
      return pool.memalign(call.alignment, call.size)
    case 'free':
      pool.free(call.block)
      return 0
  }
}

function endOf(action: () => number): WhatIf['end'] {
  try {
    return { how: 'returns', value: action() }
  } catch (error) {
    if (error instanceof Aborted) return { how: 'aborts', message: error.message.trimEnd() }
    if (error instanceof UserFault) return { how: 'signal', signal: error.signal, address: error.address }
    throw error
  }
}

/** The chunks at one moment, to be found by any address in them. */
class HeapPicture {
  private readonly chunks: readonly ChunkView[]
  private readonly lists: readonly BinView[]

  constructor(inspector: HeapInspector) {
    this.chunks = inspector.chunks()
    this.lists = [...inspector.tcache(), ...inspector.fastbins(), ...inspector.bins()]
  }

  /** The lists that hold the chunk: more than one if it was freed twice. */
  listsOf(address: number): readonly BinView[] {
    return this.lists.filter((list) => list.chunks.includes(address))
  }

  get listed(): readonly (ChunkView & { readonly bin: BinView })[] {
    return this.chunks.filter((chunk): chunk is ChunkView & { readonly bin: BinView } => chunk.bin !== undefined)
  }

  at(address: number): ChunkView | undefined {
    let low = 0
    let high = this.chunks.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.chunks[middle].address <= address) low = middle
      else high = middle
    }
    const chunk = this.chunks[low] as ChunkView | undefined
    return chunk && address >= chunk.address && address < chunk.address + chunk.size ? chunk : undefined
  }
}

// ---- what changed -------------------------------------------------------------------------------------------------

function stepsOf(
  call: HeapCall,
  value: number,
  before: HeapPicture,
  after: HeapPicture,
  syscalls: readonly HeapStep[],
): readonly HeapStep[] {
  const block = call.call === 'free' || call.call === 'realloc' ? call.block : 0
  const moved = moves(before, after, [value - HEADER, block - HEADER])
  if (block !== 0 && block === value) return [...moved, ...syscalls, ...resized(block, before, after)]
  const gone = block !== 0 && (call.call === 'free' || value !== 0 || call.size === 0)
  const given = gone ? givenBack(block - HEADER, before, after) : []
  if (value === 0) return [...moved, ...given, ...syscalls]
  const remapped = syscalls.some(({ step }) => step === 'mremap')
  const copied: readonly HeapStep[] = block === 0 || remapped ? [] : [{ step: 'copy', from: block, to: value }]
  return [...moved, ...syscalls, ...obtained(value - HEADER, before, after), ...copied, ...given]
}

const placeOf = (chunk: ChunkView | undefined): string =>
  chunk?.bin ? binName(chunk.bin) : chunk?.state === 'top' ? 'top' : ''

/** Chunks other than those the call is about that are in another list than before, or in none because they were merged. */
function moves(before: HeapPicture, after: HeapPicture, own: readonly number[]): readonly HeapStep[] {
  const about = own.map((address) => after.at(address))
  return before.listed.flatMap((chunk): readonly HeapStep[] => {
    const { address, size, bin } = chunk
    const now = after.at(address)
    const to = placeOf(now)
    const from = binName(bin)
    const grewOnly = now?.address === address && to === from
    if (!now || grewOnly || about.includes(now) || to === '') return []
    return [{ step: 'move', address, size, from, to, into: now.address }]
  })
}

function obtained(address: number, before: HeapPicture, after: HeapPicture): readonly HeapStep[] {
  const now = after.at(address)
  if (!now) return []
  const { size } = now
  const was = before.at(address)
  if (was?.bin) return [fromList(was, was.bin, now, after)]
  const topSize = after.at(address + size)?.size ?? 0
  return [{ step: 'cut-top', address, size, topSize }]
}

function fromList(was: ChunkView, bin: BinView, now: ChunkView, after: HeapPicture): HeapStep {
  const { address, size } = now
  const from = binName(bin)
  const end = was.address + was.size
  if (address + size >= end) return { step: 'take', address, size, from }
  const rest = after.at(address + size)
  return {
    step: 'split',
    address,
    size,
    from,
    rest: address + size,
    restSize: end - address - size,
    to: placeOf(rest),
  }
}

function givenBack(address: number, before: HeapPicture, after: HeapPicture): readonly HeapStep[] {
  const was = before.at(address)
  const now = after.at(address)
  if (!was || !now) return []
  const steps: HeapStep[] = []
  if (now.address < address) steps.push({ step: 'merge', with: 'previous', address: now.address })
  const end = was.address + was.size
  if (now.state === 'top') steps.push({ step: 'merge', with: 'top', address: end })
  else if (now.address + now.size > end) steps.push({ step: 'merge', with: 'next', address: end })
  const wasIn = before.listsOf(now.address).map(binName)
  const lists = after.listsOf(now.address)
  const list = lists.find((bin) => !wasIn.includes(binName(bin))) ?? lists[0]
  const to = list ? binName(list) : placeOf(now)
  return [...steps, { step: 'put', address: now.address, size: now.size, to, count: list?.chunks.length ?? 0 }]
}

function resized(block: number, before: HeapPicture, after: HeapPicture): readonly HeapStep[] {
  const address = block - HEADER
  const from = before.at(address)?.size
  const to = after.at(address)?.size
  return from === undefined || to === undefined ? [] : [{ step: 'resize', address, from, to }]
}
