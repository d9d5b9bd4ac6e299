/** Where an index of mappings has its kernel objects from: a vm_area_struct for each, and what anonymous pages need. */
import type { KernelObjects, SlabObject } from '../slab/index.js'
import { AnonVmas } from './anon-vma.js'
import { ReverseMap } from './rmap.js'

export class VmaStructures {
  readonly anonVmas: AnonVmas
  /** The way back from files to their mappings. */
  readonly rmap = new ReverseMap()

  constructor(private readonly objects: KernelObjects) {
    this.anonVmas = new AnonVmas(objects)
  }

  /** A vm_area_struct, or 0 when there is no memory for one. @mm vm_area_alloc kernel/fork.c */
  allocVma(): SlabObject {
    return this.objects.alloc('vm_area_struct')
  }
  /** @mm vm_area_free kernel/fork.c */
  freeVma(object: SlabObject): void {
    this.objects.freeAll([object])
  }

  /**
   * Sees that so many mappings more can be entered. Asked for before anything is changed, so that a call that fails for
   * want of memory changes nothing.
   * @mm vms_gather_munmap_vmas mm/vma.c (which splits before it unmaps)
   */
  roomFor(count: number): boolean {
    return this.objects.roomForMany('vm_area_struct', count) && this.anonVmas.roomForCopies(count)
  }
}
