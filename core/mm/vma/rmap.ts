/**
 * From pages back to the address spaces that map them (mm/rmap.c): for each file the mappings of it, and all address
 * spaces there are. It follows from them: a restored machine makes it anew.
 *
 * Left out: the anon_vmas' trees of mappings; who looks for an anonymous page's mappings searches all.
 */
import { assert } from '../../base/index.js'
import { FileMappings, type FileMapping } from './i-mmap.js'
import type { Mm, Vma } from './types.js'

const NONE = new FileMappings()

export class ReverseMap {
  private readonly files = new Map<number, FileMappings>()
  private readonly spaces = new Set<Mm>()

  /** All address spaces, in no order. */
  get mms(): Iterable<Mm> {
    return this.spaces
  }

  /** A new address space, without mappings. */
  enter(mm: Mm): void {
    this.spaces.add(mm)
  }

  leave(mm: Mm): void {
    this.spaces.delete(mm)
  }

  clear(): void {
    this.spaces.clear()
    this.files.clear()
  }

  /** @mm __vma_link_file mm/vma.c */
  link(mm: Mm, vma: Vma): void {
    if (vma.file === 0) return
    let mappings = this.files.get(vma.file)
    if (!mappings) this.files.set(vma.file, (mappings = new FileMappings()))
    mappings.insert(mm, vma)
  }

  /** @mm __remove_shared_vm_struct mm/vma.c */
  unlink(vma: Vma): void {
    if (vma.file === 0) return
    const mappings = this.files.get(vma.file)
    assert(mappings, 'a mapped file has its mappings')
    mappings.remove(vma)
    if (mappings.isEmpty) this.files.delete(vma.file)
  }

  /** A mapping in the place of another, in the same object. @mm vma_prepare mm/vma.c, vma_complete mm/vma.c */
  relink(mm: Mm, old: Vma, by: Vma): void {
    if (old.file === 0 && by.file === 0) return
    if (old.file === by.file && old.pgoff === by.pgoff && old.end - old.start === by.end - by.start)
      return this.mappingsOf(old.file).replace(old, by)
    this.unlink(old)
    this.link(mm, by)
  }

  isMapped(ino: number): boolean {
    return this.files.has(ino)
  }

  /** The mappings of a file that show a page among `first` to `last`, by their first page. */
  mappings(ino: number, first: number, last: number): readonly FileMapping[] {
    const found: FileMapping[] = []
    this.mappingsOf(ino).each(first, last, (mapping) => found.push(mapping))
    return found
  }

  private mappingsOf(ino: number): FileMappings {
    return this.files.get(ino) ?? NONE
  }
}
