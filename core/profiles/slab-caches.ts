/**
 * The caches of kernel objects, in the order in which they are made. Sizes are facts of a kernel's build; what a slab looks
 * like follows from them by rule (mm/slab).
 *
 * Left out: caches of parts that the simulation does not have (networks, other file systems, devices).
 */
import type { SlabProfile } from '../kernel/uapi/index.js'

/** Read off /sys/kernel/slab of a 6.18 kernel (object_size, align, ctor, destroy_by_rcu, reclaim_account, the aliases). */
export const slabs618: SlabProfile = {
  orderRule: 'since 6.8',
  bootstrap: [
    { name: 'kmem_cache', objectSize: 232, align: 64 },
    { name: 'kmem_cache_node', objectSize: 72, align: 64 },
  ],
  caches: [
    { name: 'mm_struct', objectSize: 1568, align: 64 },
    { name: 'maple_node', objectSize: 256, align: 256 },
    { name: 'radix_tree_node', objectSize: 576, align: 8, linkBehind: true, reclaimable: true },
    { name: 'pid', objectSize: 192, align: 64 },
    { name: 'cred', objectSize: 184, align: 64, mergedWith: 'pid' },
    { name: 'anon_vma', objectSize: 96, align: 8, linkBehind: true },
    { name: 'anon_vma_chain', objectSize: 64, align: 8 },
    { name: 'task_struct', objectSize: 5840, align: 64 },
    { name: 'sighand_cache', objectSize: 2080, align: 64, linkBehind: true },
    { name: 'signal_cache', objectSize: 1152, align: 64 },
    { name: 'files_cache', objectSize: 704, align: 64 },
    { name: 'vm_area_struct', objectSize: 192, align: 64 },
    { name: 'names_cache', objectSize: 4096, align: 64 },
    { name: 'dentry', objectSize: 192, align: 8, reclaimable: true },
    { name: 'inode_cache', objectSize: 616, align: 8, linkBehind: true },
    { name: 'filp', objectSize: 184, align: 64 },
    { name: 'shmem_inode_cache', objectSize: 744, align: 8, linkBehind: true },
    { name: 'ext4_inode_cache', objectSize: 1120, align: 8, linkBehind: true, reclaimable: true },
  ],
}

/** Linux 4.4 as Ubuntu 16.04 built it. Reconstructed from published slabinfo listings; not compared with a machine. */
export const slabs44: SlabProfile = {
  orderRule: 'until 6.7',
  bootstrap: [
    { name: 'kmem_cache', objectSize: 240, align: 64 },
    { name: 'kmem_cache_node', objectSize: 64, align: 64 },
  ],
  caches: [
    { name: 'mm_struct', objectSize: 2048, align: 64 },
    { name: 'radix_tree_node', objectSize: 576, align: 8, linkBehind: true, reclaimable: true },
    { name: 'pid', objectSize: 128, align: 64 },
    { name: 'cred', objectSize: 168, align: 64 },
    { name: 'anon_vma', objectSize: 72, align: 8, linkBehind: true },
    { name: 'anon_vma_chain', objectSize: 64, align: 8 },
    { name: 'task_struct', objectSize: 3520, align: 64 },
    { name: 'sighand_cache', objectSize: 2072, align: 64, linkBehind: true },
    { name: 'signal_cache', objectSize: 1088, align: 64 },
    { name: 'files_cache', objectSize: 704, align: 64 },
    { name: 'vm_area_struct', objectSize: 184, align: 8 },
    { name: 'names_cache', objectSize: 4096, align: 64 },
    { name: 'dentry', objectSize: 192, align: 8, reclaimable: true },
    { name: 'inode_cache', objectSize: 560, align: 8, linkBehind: true, reclaimable: true },
    { name: 'filp', objectSize: 256, align: 64 },
    { name: 'shmem_inode_cache', objectSize: 648, align: 8, linkBehind: true },
    { name: 'ext4_inode_cache', objectSize: 1064, align: 8, linkBehind: true, reclaimable: true },
  ],
}
