/** Where exec puts things: mmap_base, stack top, heap start, program base (arch/x86/mm/mmap.c, fs/binfmt_elf.c). */
import { PAGE_SIZE, pageDown, pageUp, Prng, TASK_SIZE, type VAddr } from '../base/index.js'
import {
  ELF_ET_DYN_BASE,
  MIN_STACK_GAP,
  MMAP_RND_BITS,
  PMD_SIZE,
  STACK_GUARD_GAP,
  STACK_RND_PAGES,
  STACK_TOP,
} from '../arch/x86/index.js'
import type { Entropy, Profile } from '../profiles/index.js'

const PID_MIN = 300
const PID_MAX = 32768
/** arch_align_stack draws this many bytes (arch/x86/kernel/process.c). */
const STACK_ALIGN_BYTES = 8192

/** Entropy without randomisation (personality ADDR_NO_RANDOMIZE); the pid still comes from the seed. */
export function fixedEntropy(profile: Profile, seed: number): Entropy {
  const { pid } = drawEntropy(profile, seed)
  return { pid, mmapPages: 0, stackPages: 0, stackBytes: 0, brkPages: 0, exePages: 0, vdsoPages: 0 }
}

/** All draws of one exec, from the seed; the profile's own seed stands for draws recorded on the real machine. */
export function drawEntropy(profile: Profile, seed: number): Entropy {
  if (seed === profile.defaultSeed && profile.recordedEntropy) return profile.recordedEntropy
  const prng = new Prng(seed)
  return {
    pid: PID_MIN + prng.below(PID_MAX - PID_MIN),
    mmapPages: prng.below(2 ** MMAP_RND_BITS),
    stackPages: prng.below(STACK_RND_PAGES + 1),
    stackBytes: prng.below(STACK_ALIGN_BYTES),
    brkPages: prng.below(profile.brkRandomBytes / PAGE_SIZE),
    exePages: prng.below(2 ** MMAP_RND_BITS),
    vdsoPages: prng.below(PMD_SIZE / PAGE_SIZE),
  }
}

/** @mm mmap_base arch/x86/mm/mmap.c */
export function mmapBase(profile: Profile, entropy: Entropy, randomised: boolean): VAddr {
  const pad = (randomised ? STACK_RND_PAGES * PAGE_SIZE : 0) + STACK_GUARD_GAP
  const gap = Math.min(Math.max(profile.stackLimit + pad, MIN_STACK_GAP), pageDown((TASK_SIZE / 6) * 5))
  return pageUp(TASK_SIZE - gap - entropy.mmapPages * PAGE_SIZE)
}

/** @mm randomize_stack_top mm/util.c */
export const stackTop = (entropy: Entropy): VAddr => (STACK_TOP - entropy.stackPages * PAGE_SIZE) as VAddr

/** Load bias of a position-independent program; 0 for one linked to fixed addresses. @mm load_elf_binary fs/binfmt_elf.c */
export const programBias = (pie: boolean, entropy: Entropy): number =>
  pie ? ELF_ET_DYN_BASE + entropy.exePages * PAGE_SIZE : 0

/** @mm arch_randomize_brk arch/x86/kernel/process.c */
export const brkStart = (bssEnd: number, entropy: Entropy): VAddr =>
  (pageUp(bssEnd) + entropy.brkPages * PAGE_SIZE) as VAddr

/**
 * Old kernels put the vdso between the stack and the end of its 2 MiB, at random.
 * @mm vdso_addr arch/x86/entry/vdso/vma.c
 */
export function vdsoAboveStack(stackPointer: number, pages: number, entropy: Entropy): VAddr {
  const start = pageUp(stackPointer)
  const end = Math.min(Math.ceil(start / PMD_SIZE) * PMD_SIZE, TASK_SIZE) - pages * PAGE_SIZE
  const places = Math.max(0, (end - start) / PAGE_SIZE) + 1
  return (start + (entropy.vdsoPages % places) * PAGE_SIZE) as VAddr
}
