/** /proc/PID/smaps and smaps_rollup as text, with the fields of the machine's kernel. */
import { assert } from '../base/index.js'
import type { Profile } from '../profiles/index.js'
import type { Kernel } from '../kernel/index.js'
import { mapsLine } from './maps.js'
import { mappingsOf, type Mapping } from './mappings.js'
import { fieldsOf, rollupOf, smapsOf, type MemSizeStats, type SmapsField, type SmapsValues } from './smaps.js'
import { since } from './version.js'
import { vmFlagLetters } from './vmflags.js'

/** "Rss:                  4 kB": the name fills 16 columns, the number 8. @mm __show_smap fs/proc/task_mmu.c */
const fieldLine = (name: string, value: number, unit = ' kB'): string =>
  `${`${name}:`.padEnd(16)}${paddedNumber(value)}${unit}\n`

/** Most numbers are small: their texts are made once. */
const SMALL_NUMBERS = Array.from({ length: 1024 }, (_, n) => String(n).padStart(8))
const paddedNumber = (value: number): string => SMALL_NUMBERS[value] ?? String(value).padStart(8)

/** Beginnings and units of the lines of a block, in the order of the machine's kernel. */
interface BlockFormat {
  readonly profile: Profile
  readonly lines: readonly { readonly name: SmapsField; readonly head: string; readonly unit: string }[]
}

export const blockFormat = (profile: Profile): BlockFormat => ({
  profile,
  lines: smapsFieldsOf(profile).map((name) => ({
    name,
    head: `${name}:`.padEnd(16),
    unit: name === 'THPeligible' ? '\n' : ' kB\n',
  })),
})

/** The fields that this kernel prints, in its order. */
export function smapsFieldsOf(profile: Profile): readonly SmapsField[] {
  return profile.smapsFields as readonly SmapsField[]
}

/**
 * The block of one mapping. Protection keys are printed where the processor has them; every mapping has key 0.
 * @mm show_smap fs/proc/task_mmu.c
 */
export function smapsBlock(
  { profile, lines }: BlockFormat,
  mapping: Omit<Mapping, 'kind' | 'vma'>,
  values: SmapsValues,
): string {
  const fields = lines.map(({ name, head, unit }) => {
    assert(values[name] !== undefined, () => `${name} is a field of smaps`)
    return head + paddedNumber(values[name]) + unit
  })
  if (profile.smapsProtectionKey) fields.push(fieldLine('ProtectionKey', 0, ''))
  return `${mapsLine(mapping)}\n${fields.join('')}VmFlags: ${vmFlagsText(mapping.flags)}\n`
}

const vmFlagsText = (flags: number): string =>
  vmFlagLetters(flags)
    .map((letters) => `${letters} `)
    .join('')

export function smapsText(kernel: Kernel, pid: number): string {
  const format = blockFormat(kernel.profile)
  return mappingsOf(kernel, pid)
    .map((mapping) => smapsBlock(format, mapping, smapsOf(kernel, pid, mapping)))
    .join('')
}

/** Lines of smaps that say nothing about a whole process. */
const PER_MAPPING: readonly string[] = ['Size', 'KernelPageSize', 'MMUPageSize', 'THPeligible']

/**
 * One block for the whole process, or undefined when it has no memory any more. Until 4.19 the range went up to the
 * vsyscall page; the split of Pss by kind came with 5.4.
 * @mm show_smaps_rollup fs/proc/task_mmu.c
 */
export function rollupText(kernel: Kernel, pid: number): string | undefined {
  const all = mappingsOf(kernel, pid)
  const { kernel: version } = kernel.profile
  const counted = since(version, '4.19') ? all.filter((m) => m.vma) : all
  const last = counted.at(-1)
  if (!last) return undefined
  const text = rollupLines(kernel.profile, rollupOf(kernel, pid), since(version, '5.4'))
  const { start } = counted[0]
  const head = { start, end: last.end, perms: '---p', offset: '00000000', device: '00:00', inode: 0, name: '[rollup]' }
  return `${mapsLine(head)}\n${text}`
}

function rollupLines(profile: Profile, stats: MemSizeStats, split: boolean): string {
  const values = fieldsOf(stats, 0, false)
  const shares = { Pss_Anon: stats.pssAnon, Pss_File: stats.pssFile, Pss_Shmem: stats.pssShmem }
  const kinds = Object.entries(shares).map(([name, share]) => fieldLine(name, Math.floor(share / 4096 / 1024)))
  return smapsFieldsOf(profile)
    .filter((name) => !PER_MAPPING.includes(name))
    .map((name) => fieldLine(name, values[name]) + (split && name === 'Pss_Dirty' ? kinds.join('') : ''))
    .join('')
}
