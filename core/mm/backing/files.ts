/**
 * Inodes and their page cache (mm/filemap.c). File contents live in page-cache pages; what has not been read yet comes
 * from the image the file was made from.
 *
 * Left out: directories and names as a tree (a file is found by its path), readahead, writeback, large folios, shmem.
 */
import { assert, NO_PFN, order, PAGE_SIZE, pagesIn, type Pfn } from '../../base/index.js'
import {
  MigrateType,
  PG_CACHE,
  PG_UPTODATE,
  type Arena,
  type FrameContents,
  type MemMap,
  type PageAllocator,
} from '../phys/index.js'

export interface FileBytes {
  readonly offset: number
  readonly bytes: Uint8Array
}

export interface Inode {
  readonly ino: number
  readonly path: string
  /** Major and minor number of the file system's device, as maps prints them ("08:01"). */
  readonly device: string
  readonly size: number
  /** What is on disk where it is not zero. */
  readonly disk: readonly FileBytes[]
  /** i_pages: cached page of each index. */
  readonly pages: Map<number, Pfn>
}

interface SavedInode extends Omit<Inode, 'pages' | 'disk'> {
  readonly disk: readonly (readonly [number, readonly number[]])[]
  readonly pages: readonly (readonly [number, number])[]
}

export class PageCache {
  private readonly inodes = new Map<number, Inode>()

  constructor(
    private readonly arena: Arena,
    private readonly contents: FrameContents,
    private readonly map: MemMap,
    private readonly buddy: PageAllocator,
  ) {}

  create(file: { ino: number; path: string; device: string; size: number; disk: readonly FileBytes[] }): Inode {
    assert(!this.inodes.has(file.ino), `inode ${file.ino} is new`)
    const inode: Inode = { ...file, pages: new Map() }
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

  /** Brings a page in from disk if it is not cached. NO_PFN when memory is out. @mm filemap_fault mm/filemap.c */
  read(inode: Inode, index: number): Pfn {
    const cached = this.find(inode, index)
    if (cached !== NO_PFN) return cached
    const frame = this.buddy.alloc(order(0), MigrateType.Movable)
    if (frame === NO_PFN) return NO_PFN
    this.contents.fill(frame, 0)
    for (const part of inode.disk) this.copyIn(frame, index * PAGE_SIZE, part)
    this.map.flags[frame] |= PG_CACHE | PG_UPTODATE
    this.map.mapping[frame] = inode.ino
    this.map.index[frame] = index
    inode.pages.set(index, frame)
    return frame
  }

  private copyIn(frame: Pfn, pageStart: number, part: FileBytes): void {
    const from = Math.max(pageStart, part.offset)
    const to = Math.min(pageStart + PAGE_SIZE, part.offset + part.bytes.length)
    if (from >= to) return
    const slot = this.contents.writable(frame)
    this.arena.u8.set(part.bytes.subarray(from - part.offset, to - part.offset), slot + from - pageStart)
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

  save(): SavedInode[] {
    return this.all.map(({ pages, disk, ...rest }) => ({
      ...rest,
      disk: disk.map((d) => [d.offset, [...d.bytes]] as const),
      pages: [...pages],
    }))
  }

  load(saved: readonly SavedInode[]): void {
    this.inodes.clear()
    for (const { pages, disk, ...rest } of saved) {
      this.inodes.set(rest.ino, {
        ...rest,
        disk: disk.map(([offset, bytes]) => ({ offset, bytes: Uint8Array.from(bytes) })),
        pages: new Map(pages as readonly (readonly [number, Pfn])[]),
      })
    }
  }
}
