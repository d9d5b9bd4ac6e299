/**
 * anon_vma and anon_vma_chain (mm/rmap.c): what leads from an anonymous page to the mappings that may hold it. A mapping
 * that gets its first anonymous page gets an anon_vma; a child's copy of the mapping gets one of its own and is linked to
 * its ancestors' as well, for it shares their pages.
 *
 *   parent's mapping --chain--> anon_vma 1 (root)
 *   child's mapping  --chain--> anon_vma 1, --chain--> anon_vma 2 (parent 1)
 *
 * Plain data: a mapping has its chain, and what the anon_vmas count lies here.
 *
 * Left out: the interval tree (mappings are found by walking the address spaces), locks, references that pages take.
 */
import { assert, type StateTable } from '../../base/index.js'
import { OutOfMemory } from '../pgtable/index.js'
import { NO_OBJECT, type KernelObjects, type SlabObject } from '../slab/index.js'

/** An anon_vma_chain: one mapping's link to one anon_vma. */
export interface AnonLink {
  /** Id of the anon_vma. */
  readonly anonVma: number
  readonly object: SlabObject
}

/** What a mapping has of this. Without anonymous pages, id 0 and no links. */
export interface AnonPart {
  /** Its own: what its new pages are entered under. */
  readonly anonVma: number
  /** In the order of the ancestors, its own last. */
  readonly anonChain: readonly AnonLink[]
}

export const NO_ANON: AnonPart = { anonVma: 0, anonChain: [] }

interface AnonVma {
  readonly id: number
  readonly object: SlabObject
  readonly root: number
  readonly parent: number
  /** anon_vmas made from it by fork; a root counts itself (num_children). */
  children: number
  /** Mappings whose own it is (num_active_vmas). */
  active: number
  /** Links that lead here. */
  links: number
  /** refcount: one for its mappings together; a root's, one for each of its descendants too. */
  references: number
}

interface Saved {
  readonly next: number
  readonly longest: number
  readonly all: readonly AnonVma[]
}

export class AnonVmas implements StateTable {
  private readonly byId = new Map<number, AnonVma>()
  private next = 1
  /** Links of the longest chain there has been. */
  private longest = 1

  constructor(private readonly objects: KernelObjects) {}

  /** For who only looks. */
  get all(): readonly Readonly<Pick<AnonVma, 'id' | 'object'>>[] {
    return [...this.byId.values()]
  }

  /** Sees that so many mappings with chains can be copied. */
  roomForCopies(count: number): boolean {
    return this.objects.roomForMany('anon_vma_chain', count * this.longest)
  }

  /**
   * For a mapping that gets its first anonymous page: another mapping's anon_vma, or a new one.
   * @throws OutOfMemory when there is no memory for it; nothing has changed then
   * @mm __anon_vma_prepare mm/rmap.c
   */
  prepare(shared: number): AnonPart {
    if (shared !== 0) return this.activate(shared, [this.newLink(shared)])
    const link = this.newOwn(0)
    // A root counts itself.
    this.get(link.anonVma).children++
    return this.activate(link.anonVma, [link])
  }

  private activate(id: number, links: readonly AnonLink[]): AnonPart {
    this.get(id).active++
    this.longest = Math.max(this.longest, links.length)
    return { anonVma: id, anonChain: links }
  }

  /**
   * The same for a second mapping of the same pages in the same address space.
   * @throws OutOfMemory
   * @mm anon_vma_clone mm/rmap.c
   */
  copy({ anonVma, anonChain }: AnonPart): AnonPart {
    if (anonVma === 0) return NO_ANON
    const links = this.copyLinks(anonChain)
    return this.activate(anonVma, links)
  }

  /** The same, but undefined when there is no memory: then the caller does without. */
  tryCopy(part: AnonPart): AnonPart | undefined {
    return this.roomForCopies(1) ? this.copy(part) : undefined
  }

  /**
   * For the child's copy of a mapping: linked to all that the parent's is linked to, and to one of its own, unless one of
   * them has no mapping and no descendant any more and can be taken over.
   * @throws OutOfMemory
   * @mm anon_vma_fork mm/rmap.c
   */
  fork(parent: AnonPart): AnonPart {
    if (parent.anonVma === 0) return NO_ANON
    const links = this.copyLinks(parent.anonChain)
    const idle = parent.anonChain
      .map((link) => this.get(link.anonVma))
      .find((one) => one.active === 0 && one.children < 2)
    if (idle) return this.activate(idle.id, links)
    try {
      const link = this.newOwn(parent.anonVma)
      this.get(parent.anonVma).children++
      return this.activate(link.anonVma, [...links, link])
    } catch (error) {
      this.drop({ anonVma: 0, anonChain: links })
      throw error
    }
  }

  private copyLinks(chain: readonly AnonLink[]): readonly AnonLink[] {
    const links: AnonLink[] = []
    try {
      for (const { anonVma } of chain) links.push(this.newLink(anonVma))
    } catch (error) {
      this.drop({ anonVma: 0, anonChain: links })
      throw error
    }
    return links
  }

  private newLink(id: number): AnonLink {
    const object = this.objects.alloc('anon_vma_chain')
    if (object === NO_OBJECT) throw new OutOfMemory('no anon_vma_chain')
    this.get(id).links++
    return { anonVma: id, object }
  }

  /** A new anon_vma and the first link to it. @param parent 0: it is a root */
  private newOwn(parent: number): AnonLink {
    const made = this.objects.allocAll(['anon_vma_chain', 'anon_vma'])
    if (!made) throw new OutOfMemory('no anon_vma')
    const [link, object] = made
    const id = this.next++
    const root = parent === 0 ? id : this.get(parent).root
    if (root !== id) this.get(root).references++
    this.byId.set(id, { id, object, root, parent: parent || id, children: 0, active: 0, links: 1, references: 1 })
    return { anonVma: id, object: link }
  }

  /** @mm unlink_anon_vmas mm/rmap.c */
  drop({ anonVma, anonChain }: AnonPart): void {
    const unused: AnonVma[] = []
    for (const link of anonChain) {
      const one = this.get(link.anonVma)
      if (--one.links > 0) continue
      this.get(one.parent).children--
      unused.push(one)
    }
    if (anonVma !== 0) this.get(anonVma).active--
    for (const one of unused) this.put(one)
    this.objects.freeAll(anonChain.map((link) => link.object))
  }

  /** @mm __put_anon_vma mm/rmap.c */
  private put(one: AnonVma): void {
    if (--one.references > 0) return
    this.byId.delete(one.id)
    this.objects.freeAll([one.object])
    if (one.root !== one.id) this.put(this.get(one.root))
  }

  private get(id: number): AnonVma {
    const one = this.byId.get(id)
    assert(one, () => `anon_vma ${id} exists`)
    return one
  }

  save(): Saved {
    return { next: this.next, longest: this.longest, all: [...this.byId.values()].map((one) => ({ ...one })) }
  }
  load({ next, longest, all }: Saved): void {
    this.next = next
    this.longest = longest
    this.byId.clear()
    for (const one of all) this.byId.set(one.id, { ...one })
  }
}
