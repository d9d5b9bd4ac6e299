/**
 * A process as comparers of captured runs read it: counters and every mapping with all fields of the newest smaps,
 * whatever the machine's own kernel prints. Numbers in kB.
 */
import { PAGE_KB } from '../base/index.js'
import { rssPages } from '../mm/vma/index.js'
import type { Kernel } from '../kernel/index.js'
import { mappingsOf, type Mapping } from './mappings.js'
import { smapsOf, type SmapsValues } from './smaps.js'
import { vmFlagLetters } from './vmflags.js'

export interface MappingJson {
  readonly start: string
  readonly end: string
  readonly perms: string
  readonly offset: string
  readonly name: string
  readonly size_kb: number
  readonly smaps: SmapsValues & { readonly VmFlags: readonly string[] }
}

export interface ProcessJson {
  readonly pid: number
  readonly ppid: number
  readonly comm: string
  readonly state: string
  readonly minflt: number
  readonly majflt: number
  readonly vsz_kb: number
  readonly rss_kb: number
  readonly maps: readonly MappingJson[]
}

/** Undefined when there is no such process. */
export function processJson(kernel: Kernel, pid: number): ProcessJson | undefined {
  const task = kernel.tasks.get(pid)
  if (!task) return undefined
  const { mm } = task
  return {
    pid,
    ppid: task.group.ppid,
    comm: task.comm,
    state: task.state,
    minflt: task.group.minFlt,
    majflt: task.group.majFlt,
    vsz_kb: mm ? mm.totalVm * PAGE_KB : 0,
    rss_kb: mm ? rssPages(mm) * PAGE_KB : 0,
    maps: mappingsOf(kernel, pid).map((mapping) => mappingJson(kernel, pid, mapping)),
  }
}

/** All living processes, by pid. */
export const processesJson = (kernel: Kernel): readonly ProcessJson[] =>
  kernel.tasks.processes.filter((task) => task.mm).flatMap((task) => processJson(kernel, task.pid) ?? [])

function mappingJson(kernel: Kernel, pid: number, mapping: Mapping): MappingJson {
  const { start, end, perms, offset, sizeKb } = mapping
  const smaps = { ...smapsOf(kernel, pid, mapping), VmFlags: vmFlagLetters(mapping.flags) }
  return { start, end, perms, offset, name: jsonName(kernel, mapping), size_kb: sizeKb, smaps }
}

/** The program is [exe], libraries and files beside the program go by their base names, other files by path. */
function jsonName(kernel: Kernel, { name, kind }: Mapping): string {
  if (name === '') return '[anon]'
  if (kind === 'exe') return '[exe]'
  const slash = name.lastIndexOf('/')
  if (kind === 'library' || name.slice(0, slash) === kernel.profile.program.directory) return name.slice(slash + 1)
  return name
}
