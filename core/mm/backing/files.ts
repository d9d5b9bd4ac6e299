/**
 * Inodes and their page cache (mm/filemap.c, mm/shmem.c). File contents live in page-cache pages; what has not been read
 * yet comes from the image the file was made from. Pages belong to folios: since 6.x a write makes one folio of as many
 * pages as fit and are aligned, and a folio is mapped, made dirty and split as a whole.
 *
 *   write(75 pages at 0)    | 64 pages                      | 8    | 2 |1|
 *
 * Left out: the block layer (what is read is there at once), swap of shmem, huge pages of shmem, more than one link to a
 * file.
 */
import { assert, NO_PFN, order, PAGE_SIZE, pagesIn, pfn, type Pfn } from '../../base/index.js'
import {
  MigrateType,
  PG_CACHE,
  PG_DIRTY,
  PG_SWAPBACKED,
  PG_UPTODATE,
  type Arena,
  type FrameContents,
  type MemMap,
  type PageAllocator,
} from '../phys/index.js'
import { OutOfMemory } from '../pgtable/index.js'
import type { KernelObjects, SlabObject } from '../slab/index.js'

export interface FileBytes {
  readonly offset: number
  readonly bytes: Uint8Array
}

export interface Inode {
  readonly ino: number
  path: string
  /** Major and minor number of the file system's device, as maps prints them ("08:01"). */
  readonly device: string
  /** i_size in bytes. */
  size: number
  /** Permission bits. */
  readonly mode: number
  /** Names that lead to it: 0 or 1. Without one it lives as long as somebody has it open or mapped. */
  links: number
  /** Shared memory (tmpfs): its pages have no other place than memory. */
  readonly shmem: boolean
  /** What is on disk where it is not zero. */
  readonly disk: readonly FileBytes[]
  /** i_pages: cached page of each index. */
  readonly pages: Map<number, Pfn>
  /** Order of the folio that starts at an index; a page in none of them stands alone. */
  readonly folios: Map<number, number>
  /** The file system's inode and its dentry. */
  readonly objects: readonly SlabObject[]
}

export interface NewInode {
  readonly ino: number
  readonly path: string
  readonly device: string
  readonly size: number
  readonly disk: readonly FileBytes[]
  readonly mode?: number
  readonly links?: number
  readonly shmem?: boolean
}

/** Indices first to first + pages - 1 of an inode. */
export interface Folio {
  readonly first: number
  readonly pages: number
}

interface SavedInode extends Omit<Inode, 'pages' | 'disk' | 'folios'> {
  readonly disk: readonly (readonly [number, readonly number[]])[]
  readonly pages: readonly (readonly [number, number])[]
  readonly folios: readonly (readonly [number, number])[]
}

interface SavedCache {
  readonly next: number
  readonly inodes: readonly SavedInode[]
}

const FIRST_INODE = 1000
/** PREFERRED_MAX_PAGECACHE_ORDER: no folio is larger than a huge page. */
export const MAX_FOLIO_ORDER = 9
/** A write goes on by pieces of the largest folio's size, aligned (mapping_max_folio_size). */
const CHUNK_BYTES = PAGE_SIZE * 2 ** MAX_FOLIO_ORDER
/** What a pipe holds: 16 pages (PIPE_DEF_BUFFERS). */
const PIPE_BYTES = 16 * PAGE_SIZE
const DEFAULT_MODE = 0o755

/** Files are on ext4, shared memory on tmpfs. */
const cachesOf = (shmem: boolean): readonly string[] => [shmem ? 'shmem_inode_cache' : 'ext4_inode_cache', 'dentry']

/** Who changes the dirty marks of pages. */
export interface PageMarks {
  /** Of so many pages in a row, which follow each other in their file. */
  change(first: Pfn, pages: number, dirty: boolean): void
}

export class PageCache {
  private readonly inodes = new Map<number, Inode>()
  private next = FIRST_INODE

  constructor(
    private readonly arena: Arena,
    private readonly contents: FrameContents,
    private readonly map: MemMap,
    private readonly buddy: PageAllocator,
    private readonly structures: KernelObjects,
    private readonly marks: PageMarks,
    /** A write makes folios of more than one page. */
    readonly largeFolios = false,
  ) {}

  /** A number for a new inode. */
  nextIno(): number {
    return this.next++
  }

  /** Whether there is memory for one inode more. */
  roomForInode(shmem: boolean): boolean {
    return this.structures.roomFor(...cachesOf(shmem))
  }

  /** @mm alloc_inode fs/inode.c, __d_alloc fs/dcache.c */
  create(file: NewInode): Inode {
    assert(!this.inodes.has(file.ino), `inode ${file.ino} is new`)
    const { mode = DEFAULT_MODE, links = 1, shmem = false } = file
    const objects = this.structures.allocAll(cachesOf(shmem))
    if (!objects) throw new OutOfMemory('no inode')
    const inode: Inode = { ...file, mode, links, shmem, pages: new Map(), folios: new Map(), objects }
    this.inodes.set(file.ino, inode)
    return inode
  }

  inode(ino: number): Inode {
    const inode = this.inodes.get(ino)
    assert(inode, `inode ${ino} exists`)
    return inode
  }

  get all(): readonly Inode[] {
    return [...this.inodes.values()]
  }

  /** The cached page, or NO_PFN. @mm filemap_get_folio mm/filemap.c */
  find(inode: Inode, index: number): Pfn {
    return inode.pages.get(index) ?? NO_PFN
  }

  /** The folio that holds the page, if it is cached. */
  folioAt(inode: Inode, index: number): Folio | undefined {
    if (!inode.pages.has(index)) return undefined
    for (let o = 1; inode.folios.size > 0 && o <= MAX_FOLIO_ORDER; o++) {
      const first = index - (index % 2 ** o)
      if (inode.folios.get(first) === o) return { first, pages: 2 ** o }
    }
    return { first: index, pages: 1 }
  }

  /** Brings a page in from disk if it is not cached. NO_PFN when memory is out. @mm filemap_read_folio mm/filemap.c */
  read(inode: Inode, index: number): Pfn {
    const cached = this.find(inode, index)
    if (cached !== NO_PFN) return cached
    return this.addFolio(inode, index, 0) ? this.find(inode, index) : NO_PFN
  }

  /**
   * Takes one block for 2^folioOrder pages and fills it from disk. Each page has its reference, so that a part of the
   * folio can go alone when the file shrinks.
   * @mm filemap_add_folio mm/filemap.c
   */
  private addFolio(inode: Inode, first: number, folioOrder: number): boolean {
    const block = this.buddy.alloc(order(folioOrder), MigrateType.Movable)
    if (block === NO_PFN) return false
    for (let i = 0; i < 2 ** folioOrder; i++) {
      const frame = pfn(block + i)
      this.contents.fill(frame, 0)
      for (const part of inode.disk) this.copyIn(frame, (first + i) * PAGE_SIZE, part)
      this.map.refcount[frame] = 1
      this.map.flags[frame] |= PG_CACHE | PG_UPTODATE | (inode.shmem ? PG_SWAPBACKED : 0)
      this.map.mapping[frame] = inode.ino
      this.map.index[frame] = first + i
      inode.pages.set(first + i, frame)
    }
    if (folioOrder > 0) inode.folios.set(first, folioOrder)
    return true
  }

  /**
   * Reads pages from `first` on, up to the file's end: in folios of 2^folioOrder pages, smaller ones where those are not
   * aligned or reach behind the end; singly from where a page is cached already or a block cannot be had.
   * @mm page_cache_ra_order mm/readahead.c
   */
  readAhead(inode: Inode, first: number, pages: number, folioOrder: number): void {
    const end = Math.min(first + pages, pagesIn(inode.size))
    let index = first
    while (index < end) {
      let size = folioOrder
      while (index % 2 ** size !== 0 || (size > 0 && index + 2 ** size > end)) size--
      if (!this.isEmpty(inode, index, 2 ** size) || !this.addFolio(inode, index, size)) break
      index += 2 ** size
    }
    while (index < end && this.read(inode, index) !== NO_PFN) index++
  }

  private copyIn(frame: Pfn, pageStart: number, part: FileBytes): void {
    const from = Math.max(pageStart, part.offset)
    const to = Math.min(pageStart + PAGE_SIZE, part.offset + part.bytes.length)
    if (from >= to) return
    const slot = this.contents.writable(frame)
    this.arena.u8.set(part.bytes.subarray(from - part.offset, to - part.offset), slot + from - pageStart)
  }

  /**
   * Makes the folio for a write of `bytes` bytes at `position`: the largest that the write fills, that is aligned and
   * has room between the pages there are.
   * @mm __filemap_get_folio mm/filemap.c (FGP_WRITEBEGIN)
   */
  folioForWrite(inode: Inode, position: number, bytes: number): Folio | undefined {
    const index = Math.floor(position / PAGE_SIZE)
    const there = this.folioAt(inode, index)
    if (there) return there
    const large = this.largeFolios && !inode.shmem && bytes >= PAGE_SIZE
    let wanted = large ? Math.min(Math.floor(Math.log2(bytes / PAGE_SIZE)), MAX_FOLIO_ORDER) : 0
    while (wanted > 0 && (index % 2 ** wanted !== 0 || !this.isEmpty(inode, index, 2 ** wanted))) wanted--
    for (; wanted >= 0; wanted--) if (this.addFolio(inode, index, wanted)) return { first: index, pages: 2 ** wanted }
    return undefined
  }

  private isEmpty(inode: Inode, first: number, pages: number): boolean {
    for (let i = first; i < first + pages; i++) if (inode.pages.has(i)) return false
    return true
  }

  /**
   * Writes bytes to the file, through its pages. Returns how many there was memory for.
   * @mm generic_perform_write mm/filemap.c
   */
  write(inode: Inode, position: number, bytes: Uint8Array): number {
    let done = 0
    while (done < bytes.length) {
      const at = position + done
      const folio = this.folioForWrite(inode, at, Math.min(bytes.length - done, CHUNK_BYTES - (at % CHUNK_BYTES)))
      if (!folio) break
      const size = Math.min(bytes.length - done, (folio.first + folio.pages) * PAGE_SIZE - at)
      for (let n = 0; n < size;) {
        const piece = Math.min(size - n, PAGE_SIZE - ((at + n) % PAGE_SIZE))
        this.store(inode, at + n, bytes.subarray(done + n, done + n + piece))
        n += piece
      }
      this.dirty(inode, folio.first)
      done += size
      inode.size = Math.max(inode.size, at + size)
    }
    return done
  }

  /** Puts bytes into one page. A page of one repeated byte takes no storage. */
  private store(inode: Inode, position: number, bytes: Uint8Array): void {
    const frame = this.find(inode, Math.floor(position / PAGE_SIZE))
    if (bytes.length === PAGE_SIZE && bytes.every((b) => b === bytes[0])) this.contents.fill(frame, bytes[0])
    else this.arena.u8.set(bytes, this.contents.writable(frame) + (position % PAGE_SIZE))
  }

  /**
   * Bytes of the file from `position`, at most to its end. Memory may run out on the way.
   * @mm filemap_read mm/filemap.c
   * Left out: read-ahead.
   */
  readBytes(inode: Inode, position: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(length, inode.size - position)))
    for (let done = 0; done < out.length;) {
      const at = position + done
      const frame = this.read(inode, Math.floor(at / PAGE_SIZE))
      if (frame === NO_PFN) return out.subarray(0, done)
      const piece = Math.min(out.length - done, PAGE_SIZE - (at % PAGE_SIZE))
      const from = this.contents.readable(frame) + (at % PAGE_SIZE)
      out.set(this.arena.u8.subarray(from, from + piece), done)
      done += piece
    }
    return out
  }

  /** Marks the whole folio of a cached page dirty. @mm filemap_dirty_folio mm/page-writeback.c */
  dirty(inode: Inode, index: number): void {
    const folio = this.folioAt(inode, index)
    assert(folio, `page ${index} of ${inode.path} is cached`)
    this.marks.change(this.find(inode, folio.first), folio.pages, true)
  }

  /**
   * Writes dirty folios back that have a page among `first` to `last`: they are clean. Shared memory has nowhere to go.
   * @mm filemap_write_and_wait_range mm/filemap.c
   */
  writeback(inode: Inode, first = 0, last = Infinity): void {
    if (inode.shmem) return
    for (const [index, frame] of inode.pages) {
      if (!this.map.has(frame, PG_DIRTY)) continue
      const folio = this.folioAt(inode, index)
      if (folio && folio.first <= last && folio.first + folio.pages > first) this.marks.change(frame, 1, false)
    }
  }

  /**
   * Pages that stay cached when the file shrinks to so many: a dirty folio that reaches over its end stays whole, because
   * its buffers have yet to be written.
   * @mm truncate_inode_partial_folio mm/truncate.c, try_to_free_buffers fs/buffer.c
   */
  keptPages(inode: Inode, pages: number): number {
    const folio = pages > 0 ? this.folioAt(inode, pages - 1) : undefined
    if (!folio || !this.map.has(this.find(inode, folio.first), PG_DIRTY)) return pages
    return folio.first + folio.pages
  }

  /**
   * Gives the file its new size: pages behind it go, a clean folio that reaches over it is split. Nobody may map what lies
   * behind it.
   * @mm truncate_inode_pages_range mm/truncate.c
   */
  truncate(inode: Inode, size: number): void {
    inode.size = size
    const inFile = pagesIn(size)
    const keep = this.keptPages(inode, inFile)
    for (const [index] of inode.pages) if (index >= keep) this.splitAround(inode, index, Math.max(0, keep - 1))
    for (const index of [...inode.pages.keys()]) if (index >= keep) this.drop(inode, index)
    for (let index = inFile; index < keep; index++) this.contents.fill(this.find(inode, index), 0)
    const tail = this.find(inode, inFile - 1)
    if (size % PAGE_SIZE !== 0 && tail !== NO_PFN) {
      const slot = this.contents.writable(tail)
      this.arena.u8.fill(0, slot + (size % PAGE_SIZE), slot + PAGE_SIZE)
    }
  }

  /**
   * Splits the folio of a page in halves, and again the half that holds `at`, down to single pages: what lies apart from
   * the new end stays large.
   * @mm try_folio_split mm/huge_memory.c
   */
  private splitAround(inode: Inode, index: number, at: number): void {
    const folio = this.folioAt(inode, index)
    if (!folio || folio.pages === 1 || folio.first > at) return
    let { first, pages } = folio
    inode.folios.delete(first)
    for (; pages > 1;) {
      pages /= 2
      const inUpper = at >= first + pages
      if (pages > 1) inode.folios.set(inUpper ? first : first + pages, Math.log2(pages))
      if (inUpper) first += pages
    }
  }

  private drop(inode: Inode, index: number): void {
    const frame = this.find(inode, index)
    assert(this.map.mapcount[frame] === 0, `page ${index} of ${inode.path} is not mapped any more`)
    inode.pages.delete(index)
    inode.folios.delete(index)
    this.marks.change(frame, 1, false)
    this.buddy.putPage(frame)
  }

  /** The end of an inode that nobody names, opens or maps. @mm evict fs/inode.c */
  evict(inode: Inode): void {
    this.truncate(inode, 0)
    this.inodes.delete(inode.ino)
    this.structures.freeAll(inode.objects)
  }

  /**
   * Brings in the folios that copying the file here has left behind: a copy goes through a pipe, which hands on so many
   * bytes at a time.
   * @mm splice_direct_to_actor fs/splice.c, generic_perform_write mm/filemap.c (the folios it makes)
   */
  asCopied(inode: Inode): void {
    for (let at = 0; at < inode.size;) {
      const piece = Math.min(PIPE_BYTES - (at % PIPE_BYTES), inode.size - at)
      const folio = this.folioForWrite(inode, at, piece)
      if (!folio) return
      at = (folio.first + folio.pages) * PAGE_SIZE
    }
  }

  /** Reads the whole file into the cache, as a file that was used lately is. */
  warm(inode: Inode): void {
    for (let index = 0; index < pagesIn(inode.size); index++) this.read(inode, index)
  }

  get cachedPages(): number {
    let n = 0
    for (const inode of this.inodes.values()) n += inode.pages.size
    return n
  }

  save(): SavedCache {
    const inodes = this.all.map(({ pages, folios, disk, ...rest }) => ({
      ...rest,
      disk: disk.map((d) => [d.offset, [...d.bytes]] as const),
      pages: [...pages],
      folios: [...folios],
    }))
    return { next: this.next, inodes }
  }

  load({ next, inodes }: SavedCache): void {
    this.next = next
    this.inodes.clear()
    for (const { pages, folios, disk, ...rest } of inodes) {
      this.inodes.set(rest.ino, {
        ...rest,
        disk: disk.map(([offset, bytes]) => ({ offset, bytes: Uint8Array.from(bytes) })),
        pages: new Map(pages as readonly (readonly [number, Pfn])[]),
        folios: new Map(folios),
      })
    }
  }
}
