/**
 * Writes loads and stores of guest memory.
 *
 * Two ways lead to a byte. The general one is the software TLB of kernel/uapi/cpu.ts, inline, with a call to the
 * machine on a miss. The short one is for variables of the frame: a local, the window, holds where the hot part of
 * the frame is in memory, so that a variable costs one ordinary load. The machine may take the page away whenever it
 * is asked something (it then flushes the TLB entry), so the window is looked up again after every such call, and is
 * 0 while the frame has no writable TLB entry or spans two pages.
 */
import type { Access } from './ctype.js'
import type { Frame } from './frame.js'
import { Op, type WasmType } from './opcodes.js'
import type { Place } from './place.js'
import { type Runtime, tlbEntry, tlbHit, tlbHost } from './runtime.js'
import type { FunctionBuilder } from './wasm.js'

export class MemoryAccess {
  readonly bp: number
  readonly #window: number

  constructor(
    private readonly f: FunctionBuilder,
    private readonly runtime: Runtime,
    private readonly frame: Frame,
    private readonly externals: (name: string) => number,
  ) {
    this.bp = f.newLocal('i64')
    this.#window = f.newLocal('i32')
  }

  /** Looks the window up again; needed wherever the machine may have changed the TLB. */
  refresh(): void {
    if (this.frame.hot === 0) return
    this.f.get(this.bp).i32(this.frame.hot).call(this.runtime.window).set(this.#window)
  }

  /** Pushes the address. A pointer must have been computed into a local before. */
  address(place: Place): void {
    const { f } = this
    switch (place.at) {
      case 'frame':
        f.get(this.bp)
        break
      case 'image':
        f.global(this.runtime.biasGlobal)
        break
      case 'external':
        f.global(this.externals(place.name))
        break
      case 'local':
        f.get(place.local)
        break
      case 'register':
      case 'pointer':
        throw new Error(`a ${place.at} has no address`)
    }
    if (place.offset !== 0) f.i64(place.offset).op(Op.i64Add)
  }

  load(place: Place, access: Access): void {
    const { f } = this
    if (place.at === 'register') f.i32(0).memory(access.load, place.offset)
    else if (this.#inWindow(place, access.size)) this.#loadFrame(place.offset, access)
    else this.#loadTranslated(place, access)
  }

  /** Stores the value held in a local. */
  store(place: Place, access: Access, value: number): void {
    const { f } = this
    if (place.at === 'register') f.i32(0).get(value).memory(access.store, place.offset)
    else if (this.#inWindow(place, access.size)) this.#storeFrame(place.offset, access, value)
    else this.#storeTranslated(place, access, value)
  }

  #inWindow(place: Place, size: number): boolean {
    return place.at === 'frame' && -place.offset <= this.frame.hot && place.offset + size <= 0
  }

  #loadFrame(offset: number, access: Access): void {
    const { f } = this
    const fromWindow = this.frame.hot + offset
    f.get(this.#window).if('i32').get(this.#window).else()
    f.get(this.bp).i64(offset).op(Op.i64Add).i32(access.size).call(this.runtime.locate)
    f.i32(fromWindow).op(Op.i32Sub)
    this.refresh()
    f.end().memory(access.load, fromWindow)
  }

  #storeFrame(offset: number, access: Access, value: number): void {
    const { f } = this
    f.get(this.#window).if()
    f.get(this.#window)
      .get(value)
      .memory(access.store, this.frame.hot + offset)
    f.else()
    f.get(this.bp).i64(offset).op(Op.i64Add).i32(access.size)
    this.#asI64(access.value, value)
    f.call(this.runtime.store)
    this.refresh()
    f.end()
  }

  #loadTranslated(place: Place, access: Access): void {
    const { f } = this
    const address = f.scratch('i64')
    const entry = f.scratch('i32')
    this.address(place)
    f.set(address)
    tlbEntry(f, address)
    f.tee(entry)
    tlbHit(f, address, 'read', access.size)
    f.if('i32')
    tlbHost(f, entry, address)
    f.else().get(address).i32(access.size).call(this.runtime.missLoad)
    this.refresh()
    f.end().memory(access.load, 0)
    f.release('i64', address)
    f.release('i32', entry)
  }

  #storeTranslated(place: Place, access: Access, value: number): void {
    const { f } = this
    const address = f.scratch('i64')
    const entry = f.scratch('i32')
    this.address(place)
    f.set(address)
    tlbEntry(f, address)
    f.tee(entry)
    tlbHit(f, address, 'write', access.size)
    f.if()
    tlbHost(f, entry, address)
    f.get(value).memory(access.store, 0)
    f.else().get(address).i32(access.size)
    this.#asI64(access.value, value)
    f.call(this.runtime.missStore)
    this.refresh()
    f.end()
    f.release('i64', address)
    f.release('i32', entry)
  }

  #asI64(type: WasmType, local: number): void {
    const { f } = this
    f.get(local)
    if (type === 'f64') f.op(Op.i64ReinterpretF64)
    if (type === 'f32') f.op(Op.i32ReinterpretF32)
    if (type === 'i32' || type === 'f32') f.op(Op.i64ExtendI32U)
  }
}
