/**
 * A profile's machine set up otherwise: more or less RAM, another setting of transparent huge pages. What follows from
 * these on the real machine follows here, because it is computed at boot; limits that the kernel derives from RAM before
 * the first process are derived here.
 */
import { PAGE_SIZE } from '../base/index.js'
import { RLIMIT_NPROC } from '../kernel/uapi/index.js'
import type { Profile } from '../profiles/index.js'
import { THP_MODES, type Failure, type MachineOptions, type MachineRange, type Reply } from '../protocol/index.js'

const PAGES_PER_MIB = (1024 * 1024) / PAGE_SIZE
/** Beside the kernel's image: its own structures, the C library in the page cache, and a program. Tested to boot. */
const LEAST_FREE_MIB = 8
/** Booting takes time that grows with RAM, and going back in a run boots anew: beyond this a step takes a second. */
const MOST_RAM_MIB = 32 * 1024

/** include/uapi/asm-generic/resource.h */
const RLIMIT_SIGPENDING = 11

/** What RAM the machine may have, and what it has unless told otherwise. */
export function machineRange({ ramPages, reserved, thp }: Profile): MachineRange {
  const kernelEnd = Math.max(...reserved.map(([, end]) => end)) / PAGES_PER_MIB
  const least = Math.ceil((kernelEnd + LEAST_FREE_MIB) / 8) * 8
  return { ramMiB: ramPages / PAGES_PER_MIB, leastRamMiB: least, mostRamMiB: MOST_RAM_MIB, thp }
}

/** The profile as the options want it; the very same one when they want nothing. */
export function setUp(profile: Profile, { ramMiB, thp }: MachineOptions = {}): Reply<Profile> {
  const { leastRamMiB, mostRamMiB } = machineRange(profile)
  if (ramMiB !== undefined && !(Number.isInteger(ramMiB) && ramMiB >= leastRamMiB && ramMiB <= mostRamMiB))
    return refused(`RAM is a whole number of MiB from ${leastRamMiB} to ${mostRamMiB} on this machine, not ${ramMiB}.`)
  if (thp !== undefined && !THP_MODES.includes(thp))
    return refused(`Transparent huge pages are ${THP_MODES.join(', ')}, not "${String(thp)}".`)
  const ramPages = ramMiB === undefined ? profile.ramPages : ramMiB * PAGES_PER_MIB
  if (ramPages === profile.ramPages && (thp ?? profile.thp) === profile.thp) return { ok: true, value: profile }
  return {
    ok: true,
    value: { ...profile, ramPages, thp: thp ?? profile.thp, rlimits: limitsFor(profile, ramPages) },
  }
}

/**
 * @mm fork_init kernel/fork.c
 * RLIMIT_NPROC and RLIMIT_SIGPENDING are half of max_threads, which is RAM over eight kernel stacks of 16 KiB: one for 64
 * pages. What the profile's machine showed is the base. A page in 64 goes to struct page before the kernel counts
 * (set_max_threads counts memory that memblock has not reserved).
 * Left out: the cap by the number of pids.
 */
function limitsFor({ rlimits, ramPages: before }: Profile, ramPages: number): Profile['rlimits'] {
  const moved = Math.trunc(((ramPages - before) * (63 / 64)) / 64)
  const derived = [RLIMIT_NPROC, RLIMIT_SIGPENDING]
    .filter((limit) => limit in rlimits)
    .map((limit) => {
      const [soft, hard] = rlimits[limit]
      return [limit, [Math.max(1, soft + moved), Math.max(1, hard + moved)]] as const
    })
  return { ...rlimits, ...Object.fromEntries(derived) }
}

function refused(message: string): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: { code: 'bad-machine', message } }
}
