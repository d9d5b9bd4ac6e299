/** slabtop -o: the caches of kernel objects, the fullest first (procps 4.0.2, src/slabtop.c). */
import { PAGE_KB } from '../../base/index.js'
import type { SlabInfo } from '../../mm/slab/index.js'
import type { Kernel } from '../../kernel/index.js'
import { failed, ok, type CommandResult } from '../shell/result.js'
import { notSimulated } from '../shell/tools.js'
import { slabCaches } from '../slabinfo.js'

const SORT: Readonly<Record<string, (cache: SlabInfo) => number>> = {
  a: (cache) => cache.activeObjects,
  c: cacheKb,
  l: (cache) => cache.slabs,
  o: (cache) => cache.objects,
  p: (cache) => cache.pagesPerSlab,
  s: (cache) => cache.size,
}

/** Left out: the display that repeats (without -o), sorting by name and by use. */
export function slabtop(kernel: Kernel, args: readonly string[]): CommandResult {
  let once = false
  let key = SORT.o
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const sort = /^(?:-s|--sort=)(.?)$/.exec(arg)
    if (arg === '-o' || arg === '--once') once = true
    else if (sort) {
      const by = sort[1] || args[++i]
      if (by === undefined) return failed(`slabtop: option requires an argument -- 's'\n${USAGE}`)
      if ('bnuv'.includes(by[0])) return notSimulated(`slabtop -s ${by[0]}`, 1)
      // What is no criterion sorts by the default one, as the real tool does.
      key = SORT[by[0]] ?? SORT.o
    } else return failed(wrongOption(arg) + USAGE)
  }
  if (!once) return notSimulated('slabtop without -o', 1)
  return ok(slabtopText([...slabCaches(kernel)].sort((a, b) => key(b) - key(a))))
}

const wrongOption = (arg: string): string =>
  arg.startsWith('--') ? `slabtop: unrecognized option '${arg}'\n` : `slabtop: invalid option -- '${arg[1] ?? ''}'\n`

const USAGE = `
Usage:
 slabtop [options]

Options:
 -d, --delay <secs>  delay updates
 -o, --once          only display once, then exit
 -s, --sort <char>   specify sort criteria by character (see below)

 -h, --help     display this help and exit
 -V, --version  output version information and exit

The following are valid sort criteria:
 a: sort by number of active objects
 b: sort by objects per slab
 c: sort by cache size
 l: sort by number of slabs
 v: sort by (non display) number of active slabs
 n: sort by name
 o: sort by number of objects (the default)
 p: sort by (non display) pages per slab
 s: sort by object size
 u: sort by cache utilization

For more details see slabtop(1).
`

function cacheKb({ slabs, pagesPerSlab }: SlabInfo): number {
  return slabs * pagesPerSlab * PAGE_KB
}

const sum = (caches: readonly SlabInfo[], of: (cache: SlabInfo) => number): number =>
  caches.reduce((n, cache) => n + of(cache), 0)

/** Part in hundred, 0 of nothing. */
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole)

export function slabtopText(caches: readonly SlabInfo[]): string {
  const objects = sum(caches, (c) => c.objects)
  const active = sum(caches, (c) => c.activeObjects)
  const slabs = sum(caches, (c) => c.slabs)
  const used = caches.filter((c) => c.slabs > 0).length
  const kb = sum(caches, (c) => c.objects * c.size) / 1024
  const activeKb = sum(caches, (c) => c.activeObjects * c.size) / 1024
  const sizes = caches.map((c) => c.size)
  const mean = objects === 0 ? 0 : kb / objects
  const head = (label: string, text: string): string => ` ${label.padEnd(35)}: ${text}\n`
  const part = (a: number, b: number, digits = 0): string =>
    `${a.toFixed(digits)}${digits ? 'K' : ''} / ${b.toFixed(digits)}${digits ? 'K' : ''} (${percent(a, b).toFixed(1)}%)`
  return [
    head('Active / Total Objects (% used)', part(active, objects)),
    head('Active / Total Slabs (% used)', part(slabs, slabs)),
    head('Active / Total Caches (% used)', part(used, caches.length)),
    head('Active / Total Size (% used)', part(activeKb, kb, 2)),
    head(
      'Minimum / Average / Maximum Object',
      [Math.min(...sizes) / 1024, mean, Math.max(...sizes) / 1024].map((n) => `${n.toFixed(2)}K`).join(' / '),
    ),
    '\n',
    '  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME                   \n',
    ...caches.map(line),
  ].join('')
}

function line(cache: SlabInfo): string {
  const use = Math.floor(percent(cache.activeObjects, cache.objects))
  return [
    String(cache.objects).padStart(6),
    String(cache.activeObjects).padStart(6),
    `${String(use).padStart(3)}%`,
    `${(cache.size / 1024).toFixed(2).padStart(7)}K`,
    String(cache.slabs).padStart(6),
    String(cache.objectsPerSlab).padStart(8),
    `${String(cacheKb(cache)).padStart(9)}K`,
    `${cache.name.padEnd(23)}\n`,
  ].join(' ')
}
