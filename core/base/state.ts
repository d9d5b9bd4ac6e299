/**
 * One registry for state. Everything a machine can be in is either a column (a typed array) or a table (a small set of
 * objects that can turn itself into plain JSON); both are registered here under a name. Snapshot, restore and state
 * hash work on the registry alone, so a new part of the kernel gets all three by registering its columns.
 */
import { assert } from './assert.js'

export type Column = Int8Array | Uint8Array | Int32Array | Uint32Array | Float64Array
type ColumnConstructor<T extends Column> = { new (length: number): T; readonly BYTES_PER_ELEMENT: number }

/** State that is not a column: a growable buffer or a few objects. */
export interface StateTable {
  /** Plain JSON data, or bytes. Must not share mutable parts with the live state. */
  save(): unknown
  load(saved: never): void
}

const CHUNK = 65536

interface ColumnEntry {
  readonly name: string
  readonly bytes: () => Uint8Array
  readonly resize: (bytes: number) => void
}

/** Copies of the chunks that hold something; a missing chunk is all zero. Unchanged chunks are shared with `base`. */
interface ColumnImage {
  readonly length: number
  readonly chunks: ReadonlyMap<number, Uint8Array>
}

export interface Snapshot {
  readonly columns: ReadonlyMap<string, ColumnImage>
  readonly tables: ReadonlyMap<string, unknown>
}

export class StateRegistry {
  private readonly columns: ColumnEntry[] = []
  private readonly tables = new Map<string, StateTable>()

  /** Makes a zeroed column of fixed length. */
  column<T extends Column>(name: string, type: ColumnConstructor<T>, length: number): T {
    const array = new type(length)
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    this.add({ name, bytes: () => bytes, resize: (n) => assert(n === bytes.length, `${name} has a fixed length`) })
    return array
  }

  /** Registers a buffer that can grow (or be replaced): asked for its bytes each time. */
  buffer(name: string, bytes: () => Uint8Array, resize: (bytes: number) => void): void {
    this.add({ name, bytes, resize })
  }

  table(name: string, table: StateTable): void {
    assert(!this.tables.has(name), `state ${name} is registered twice`)
    this.tables.set(name, table)
  }

  private add(entry: ColumnEntry): void {
    assert(
      this.columns.every((c) => c.name !== entry.name),
      `state ${entry.name} is registered twice`,
    )
    this.columns.push(entry)
  }

  /** The whole state. Chunks equal to those of `base` are shared with it, so a series of snapshots costs what changed. */
  snapshot(base?: Snapshot): Snapshot {
    const columns = new Map<string, ColumnImage>()
    for (const column of this.columns) columns.set(column.name, imageOf(column.bytes(), base?.columns.get(column.name)))
    const tables = new Map<string, unknown>()
    for (const [name, table] of this.tables) tables.set(name, table.save())
    return { columns, tables }
  }

  restore(snapshot: Snapshot): void {
    for (const column of this.columns) {
      const image = snapshot.columns.get(column.name)
      assert(image, `the snapshot has no ${column.name}`)
      column.resize(image.length)
      putBack(column.bytes(), image)
    }
    for (const [name, table] of this.tables) table.load(snapshot.tables.get(name) as never)
  }

  /** 64-bit hash of everything, as 16 hex digits: equal states have equal hashes, on any machine. */
  hash(): string {
    const hash = new Hash64()
    for (const column of this.columns) {
      hash.text(column.name)
      hashColumn(hash, column.bytes())
    }
    for (const [name, table] of this.tables) {
      hash.text(name)
      hash.text(canonical(table.save()))
    }
    return hash.digest()
  }
}

function isZero(words: BigUint64Array): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== 0n) return false
  return true
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function* chunksOf(bytes: Uint8Array): Generator<readonly [number, Uint8Array]> {
  for (let at = 0, index = 0; at < bytes.length; at += CHUNK, index++) {
    const chunk = bytes.subarray(at, Math.min(at + CHUNK, bytes.length))
    const whole = chunk.length & ~7
    const words = new BigUint64Array(chunk.buffer, chunk.byteOffset, whole / 8)
    if (isZero(words) && chunk.subarray(whole).every((b) => b === 0)) continue
    yield [index, chunk]
  }
}

function imageOf(bytes: Uint8Array, base: ColumnImage | undefined): ColumnImage {
  const chunks = new Map<number, Uint8Array>()
  for (const [index, chunk] of chunksOf(bytes)) {
    const old = base?.chunks.get(index)
    chunks.set(index, old && sameBytes(old, chunk) ? old : chunk.slice())
  }
  return { length: bytes.length, chunks }
}

function putBack(bytes: Uint8Array, image: ColumnImage): void {
  bytes.fill(0)
  for (const [index, chunk] of image.chunks) bytes.set(chunk, index * CHUNK)
}

function hashColumn(hash: Hash64, bytes: Uint8Array): void {
  for (const [index, chunk] of chunksOf(bytes)) {
    hash.word(index)
    hash.bytes(chunk)
  }
}

/** JSON with sorted keys, so that insertion order does not show in a hash. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  )
}

/** Two 32-bit multiply-xorshift lanes (after murmur3's finaliser); a fingerprint, not a cryptographic hash. */
export class Hash64 {
  private a = 0x9e3779b9 | 0
  private b = 0x85ebca6b | 0

  word(value: number): void {
    this.a = Math.imul(this.a ^ value, 0x85ebca6b)
    this.a ^= this.a >>> 15
    this.b = Math.imul(this.b + value, 0xc2b2ae35)
    this.b ^= this.b >>> 13
    this.b = (this.b + this.a) | 0
  }

  bytes(bytes: Uint8Array): void {
    const whole = bytes.length & ~3
    const words = new DataView(bytes.buffer, bytes.byteOffset, whole)
    for (let i = 0; i < whole; i += 4) this.word(words.getInt32(i, true))
    for (let i = whole; i < bytes.length; i++) this.word(bytes[i])
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i))
    this.word(text.length)
  }

  digest(): string {
    return [this.a, this.b].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('')
  }

  /** For snapshots of a running hash. */
  save(): readonly [number, number] {
    return [this.a, this.b]
  }
  load(saved: readonly [number, number]): void {
    this.a = saved[0]
    this.b = saved[1]
  }
}
