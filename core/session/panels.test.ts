// What a panel shows is what the command prints at the same moment: every table against its tool's text, at every stop of
// three programs on both machines.
import { describe, expect, it } from 'vitest'
import { FRAME_KINDS, type FrameKind, type SlabCacheRow, type TableName, type Tables } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const HEAP = `
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void told(void)
{
    struct mallinfo m = mallinfo();
    printf("arena=%d ordblks=%d smblks=%d hblks=%d hblkhd=%d fsmblks=%d uordblks=%d fordblks=%d keepcost=%d\\n",
           m.arena, m.ordblks, m.smblks, m.hblks, m.hblkhd, m.fsmblks, m.uordblks, m.fordblks, m.keepcost);
    getchar();
}
int main(void)
{
    char *all[300];
    int i;
    printf("begins\\n");
    /* With this one stdin has its buffer. */
    getchar();
    for (i = 0; i < 300; i++) {
        all[i] = malloc(16 + i * 13);
        memset(all[i], i, 16 + i * 13);
    }
    told();
    for (i = 0; i < 300; i += 3)
        free(all[i]);
    all[0] = malloc(200000);
    told();
    free(all[0]);
    for (i = 1; i < 300; i += 3)
        free(all[i]);
    told();
    return 0;
}`

const FILES = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    char page[4096];
    char *mine, *shared, *anonymous;
    int i, fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    memset(page, 7, sizeof page);
    for (i = 0; i < 40; i++)
        write(fd, page, sizeof page);
    shared = mmap(NULL, 40 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    mine = mmap(NULL, 40 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    anonymous = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (i = 0; i < 20; i++) {
        shared[i * 4096] = 1;
        mine[i * 8192] = 2;
        anonymous[i * 12288] = 3;
    }
    printf("written\\n");
    getchar();
    if (fork() == 0) {
        mine[1] = anonymous[5] = 9;
        pause();
    }
    mine[4097] = 1;
    sleep(1);
    printf("forked\\n");
    getchar();
    munmap(shared, 20 * 4096);
    msync(shared + 20 * 4096, 20 * 4096, MS_SYNC);
    fsync(fd);
    unlink("data");
    printf("cleaned\\n");
    getchar();
    return 0;
}`

const HUGE = `
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *worker(void *p)
{
    char *q = malloc(5000);
    q[100] = 1;
    pthread_mutex_lock(&lock);
    return p;
}
int main(void)
{
    pthread_t threads[3];
    char *p;
    int i;
    p = mmap(NULL, 6 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(p, 6 << 20, MADV_HUGEPAGE);
    p[0] = p[3 << 20] = 1;
    printf("huge %d\\n", p[5 << 20]);
    getchar();
    pthread_mutex_lock(&lock);
    for (i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, worker, p);
    munmap(p + 4096, 3 * 4096);
    printf("threads\\n");
    getchar();
    pthread_mutex_unlock(&lock);
    madvise(p + (2 << 20), 2 << 20, MADV_DONTNEED);
    for (i = 0; i < 60; i++)
        mprotect(p + (4 << 20) + i * 4096, 4096, i % 2 ? PROT_READ : PROT_NONE);
    printf("split\\n");
    getchar();
    return 0;
}`

type Row<T extends TableName> = Tables[T]['row']

function rows<T extends TableName>(session: Session, table: T, args: Tables[T]['args']): readonly Row<T>[] {
  const all: Row<T>[] = []
  for (;;) {
    const reply = session.rows<T>({ table, args, from: all.length, count: 10_000 })
    if (!reply.ok) throw new Error(reply.error.message)
    all.push(...reply.value.rows)
    if (all.length >= reply.value.total) return all
  }
}

function text(session: Session, command: string): string {
  const reply = session.readout(command)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value.text
}

const lines = (session: Session, command: string): string[] => text(session, command).trimEnd().split('\n')
const words = (line: string): string[] => line.trim().split(/\s+/)
const numbers = (line: string): number[] => words(line).map(Number)
const sum = (values: readonly number[]): number => values.reduce((n, value) => n + value, 0)

/** "Name:   12 kB" lines. */
const fields = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([^\s:]+):\s+(.*?)(?: kB)?\s*$/.exec(line)
      return match ? [[match[1], match[2]]] : []
    }),
  )
/** Pages by name. */
function meminfo(session: Session): (name: string) => number {
  const said = fields(lines(session, 'cat /proc/meminfo'))
  return (name) => Number(said[name] ?? 0) / 4
}

// ---- the comparisons ------------------------------------------------------------------------------------------------

function comparePs(session: Session): void {
  const [, ...said] = lines(session, 'ps -e -o pid,maj_flt,min_flt,vsz,rss,stat,args')
  expect(
    rows(session, 'ps', undefined).map((p) => [p.pid, p.majflt, p.minflt, p.vsz, p.rss, p.stat, p.command].join(' ')),
  ).toEqual(said.map((line) => words(line).join(' ')))
}

function comparePmap(session: Session, pid: number): void {
  const reply = session.rows({ table: 'pmap', args: { pid }, from: 0, count: 10_000 })
  if (!reply.ok) throw new Error(reply.error.message)
  const said = lines(session, `pmap -x ${pid}`).slice(2)
  const shown = reply.value.rows.map((r) => words([r.address, r.kbytes, r.rss, r.dirty, r.mode, r.mapping].join(' ')))
  expect(shown).toEqual(said.slice(0, -2).map(words))
  expect(reply.value.totals).toEqual(words(said.at(-1)!).slice(2).map(Number))
}

function compareSmaps(session: Session, pid: number): void {
  const said = text(session, `cat /proc/${pid}/smaps`).split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
  expect(said).toHaveLength(rows(session, 'pmap', { pid }).length)
  for (const part of said) {
    const [head, ...body] = part.trimEnd().split('\n')
    const shown = rows(session, 'smaps', { pid, start: head.split('-')[0] })
    expect(Object.fromEntries(shown.map(({ name, value }) => [name, String(value)]))).toEqual(fields(body))
  }
}

function compareStatus(session: Session, pid: number): void {
  const said = fields(lines(session, `cat /proc/${pid}/status`))
  for (const { name, value } of rows(session, 'status', { pid })) expect([name, said[name]]).toEqual([name, `${value}`])
}

function compareBuddy(session: Session): void {
  const shown = rows(session, 'buddyinfo', undefined)
  expect(shown.map(({ zone, free }) => [zone, ...free].join(' '))).toEqual(
    lines(session, 'cat /proc/buddyinfo').map((line) => words(line).slice(3).join(' ')),
  )
  const types = rows(session, 'pagetypeinfo', undefined)
  for (const { zone, free } of shown)
    expect(
      free.map((_, order) => sum(types.filter((row) => row.zone === zone).map((row) => row.free[order] ?? 0))),
    ).toEqual(free)
}

function comparePageTypes(session: Session): void {
  const said = lines(session, 'cat /proc/pagetypeinfo')
  const shown = rows(session, 'pagetypeinfo', undefined)
  const typeLines = said.flatMap((line) => /zone\s+(\w+), type\s+(\w+)\s+(.*)$/.exec(line) ?? []).length / 4
  expect(typeLines).toBeGreaterThanOrEqual(shown.length)
  const names = words(said.find((line) => line.startsWith('Number of blocks type'))!).slice(4)
  for (const { zone, type, free, pageblocks } of shown) {
    const line = said.find((one) => new RegExp(`zone\\s+${zone}, type\\s+${type} `).test(one))!
    expect(words(line.split(type)[1]).map(Number)).toEqual(free)
    const blocks = said.find((one) => new RegExp(`^Node 0, zone\\s+${zone}\\s+\\d`).test(one))!
    expect(words(blocks).slice(4).map(Number)[names.indexOf(type)]).toBe(pageblocks)
  }
}

function compareZones(session: Session): void {
  const said = text(session, 'cat /proc/zoneinfo').split(/^(?=Node)/m)
  const shown = rows(session, 'zones', undefined)
  expect(shown).toHaveLength(said.length)
  for (const [i, zone] of shown.entries()) {
    const value = (name: string): number => Number(new RegExp(`\\s${name}:?\\s+(\\d+)`).exec(said[i])![1])
    expect(said[i]).toContain(`zone ${zone.zone.padStart(8)}\n`)
    expect(zone).toMatchObject({
      free: value('pages free'),
      min: value('min'),
      low: value('low'),
      high: value('high'),
      present: value('present'),
      managed: value('managed'),
      start: value('start_pfn'),
      protection: /protection: \((.*)\)/.exec(said[i])![1].split(', ').map(Number),
      // Of the first CPU, whose lists come first.
      pcpCount: value('count'),
      pcpHigh: value('high:'),
      pcpBatch: value('batch'),
    })
    expect(zone.end - zone.start).toBe(value('spanned'))
    expect(sum(zone.ram.map(([start, end]) => end - start))).toBe(zone.present)
  }
}

function compareSlabs(session: Session): void {
  const said = lines(session, 'cat /proc/slabinfo').slice(2)
  const shown = rows(session, 'slabinfo', undefined)
  const line = (c: SlabCacheRow): string =>
    [c.name, c.activeObjects, c.objects, c.size, c.objectsPerSlab, c.pagesPerSlab].join(' ')
  expect(shown.map(line)).toEqual(said.map((one) => words(one).slice(0, 6).join(' ')))
  expect(shown.map(({ slabs }) => slabs)).toEqual(said.map((one) => Number(words(one).at(-2))))
  let pages = 0
  for (const { name, slabs, objects, used, activeObjects } of shown) {
    const parts = rows(session, 'slabs', { cache: name })
    pages += sum(parts.map((slab) => slab.pages))
    const idle = sum(parts.filter(({ place }) => place === 'partial').map((slab) => slab.objects - slab.used))
    expect([name, parts.length, sum(parts.map((slab) => slab.objects)), objects - idle]).toEqual([
      name,
      slabs,
      objects,
      activeObjects,
    ])
    expect(sum(parts.map((slab) => slab.used))).toBe(used)
    for (const slab of parts) {
      const inside = rows(session, 'slabObjects', { slab: slab.slab })
      expect(inside).toHaveLength(slab.objects)
      expect(inside.filter((object) => object.used)).toHaveLength(slab.used)
      // Nothing in use is nobody's, nothing free is somebody's.
      expect(inside.filter((object) => object.used !== (object.structure !== ''))).toEqual([])
    }
  }
  expect(pages).toBe(meminfo(session)('Slab'))
}

/** Frames by kind, counted in windows of that size. */
function framesByKind(session: Session, order: 9 | 12 | 15): Record<FrameKind, number> {
  const windows = rows(session, 'frames', { order })
  for (const { pages, counts, kind } of windows) {
    expect(sum(counts)).toBe(pages)
    expect(counts[FRAME_KINDS.indexOf(kind)]).toBe(Math.max(...counts))
  }
  const total = FRAME_KINDS.map((_, i) => sum(windows.map(({ counts }) => counts[i])))
  return Object.fromEntries(FRAME_KINDS.map((kind, i) => [kind, total[i]])) as Record<FrameKind, number>
}

function compareFrames(session: Session): void {
  const by = framesByKind(session, 15)
  const memory = meminfo(session)
  expect(framesByKind(session, 9)).toEqual(by)
  const zones = rows(session, 'zones', undefined)
  expect(by.free).toBe(memory('MemFree'))
  expect(by.free).toBe(sum(zones.map(({ free }) => free)))
  expect(by.pcp).toBe(sum(zones.map(({ pcpCount }) => pcpCount)))
  expect(by.anon + by.huge).toBe(memory('AnonPages'))
  expect(by.huge).toBe(memory('AnonHugePages'))
  expect(by.shmem).toBe(memory('Shmem'))
  expect(by.fileClean + by.fileDirty + by.shmem).toBe(memory('Cached'))
  expect(by.fileDirty).toBe(memory('Dirty'))
  expect(by.table).toBe(memory('PageTables'))
  expect(by.slab).toBe(memory('Slab'))
  expect(by.kernel).toBe(0)
  expect(sum(Object.values(by))).toBe(sum(zones.map(({ present }) => present)))
  const atBoot = sum(zones.map(({ present, managed }) => present - managed))
  const { free, pcp, reserved, ...inUse } = by
  expect(free + pcp + sum(Object.values(inUse)) + reserved - atBoot).toBe(memory('MemTotal'))
}

function compareFree(session: Session): void {
  const { counters } = session.moment()
  const memory = meminfo(session)
  const [total, , free, shared, cache] = numbers(lines(session, 'free')[1].replace('Mem:', ''))
  expect(counters.freePages * 4).toBe(free)
  expect(total).toBe(memory('MemTotal') * 4)
  expect(shared).toBe(memory('Shmem') * 4)
  const old = fields(lines(session, 'cat /proc/meminfo'))['KReclaimable'] === undefined
  expect(cache).toBe((memory('Cached') + memory(old ? 'Slab' : 'SReclaimable')) * 4)
}

function compareStory(session: Session, pid: number): void {
  const { counters } = session.moment()
  const account = rows(session, 'storyLines', { pid })
  expect(sum(account.map(({ minflt }) => minflt))).toBe(counters.minflt)
  expect(sum(account.map(({ majflt }) => majflt))).toBe(counters.majflt)
  expect(sum(account.map(({ moved: { anonKb, fileKb, shmemKb } }) => anonKb + fileKb + shmemKb))).toBe(counters.rssKb)
}

function compareTimeline(session: Session, pid: number): void {
  const series = ['rss', 'vsz', 'minflt', 'majflt', 'freePages'] as const
  const reply = session.timeline({ series, from: undefined, to: undefined, points: 1000 })
  if (!reply.ok) throw new Error(reply.error.message)
  const last = series.map((name) => reply.value.columns[name]!.at(-1))
  const [rss, vsz, minflt, majflt] = numbers(lines(session, `ps -o rss,vsz,min_flt,maj_flt ${pid}`)[1])
  expect(last).toEqual([rss, vsz, minflt, majflt, meminfo(session)('MemFree')])
}

/** What the program printed of itself just before it stopped, if it did. */
function compareHeap(session: Session, pid: number): void {
  const said = [...session.output(0).text.matchAll(/^arena=.*$/gm)].at(-1)?.[0]
  if (said === undefined) return
  const shown = new Map(rows(session, 'mallinfo', { pid }).map(({ name, value }) => [name, value]))
  for (const [, name, value] of said.matchAll(/(\w+)=(\d+)/g)) expect([name, shown.get(name)]).toEqual([name, +value])
  const chunks = rows(session, 'heap', { pid })
  const own = chunks.filter(({ state }) => state !== 'mmapped')
  expect(sum(own.map(({ size }) => size))).toBe(shown.get('arena'))
  expect(sum(chunks.filter(({ state }) => state === 'mmapped').map(({ size }) => size))).toBe(shown.get('hblkhd'))
  const stats = text(session, `cat /proc/${pid}/status`)
  expect(stats).toContain('VmRSS')
}

// ---- three programs -------------------------------------------------------------------------------------------------

function eachStop(source: string, profile: string, look: (session: Session, pid: number) => void): number {
  const session = createSession()
  const loaded = session.load({ source, path: 'p.c', profile, seed: 1 })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
  let stops = 0
  for (;;) {
    const moment = session.advance('stop', 1 << 24)
    if (moment.state === 'running') continue
    if (moment.state !== 'waiting') return stops
    stops++
    look(session, moment.pid)
    session.input('\n')
  }
}

const COMPARISONS: Readonly<Record<string, (session: Session, pid: number) => void>> = {
  'processes with ps': comparePs,
  'mappings with pmap -x': comparePmap,
  'fields with smaps': compareSmaps,
  'fields with status': compareStatus,
  'free blocks with buddyinfo': compareBuddy,
  'migratetypes with pagetypeinfo': comparePageTypes,
  'zones with zoneinfo': compareZones,
  'caches with slabinfo': compareSlabs,
  'frames by owner with meminfo': compareFrames,
  'free memory with free': compareFree,
  'the story with the counters': compareStory,
  'the timeline with ps': compareTimeline,
  'the heap with mallinfo': compareHeap,
}

describe.each([
  ['a program that allocates', HEAP, 4],
  ['one with files and a child', FILES, 3],
  ['one with huge pages and threads', HUGE, 3],
])('the panels of %s show what the commands print', (_, source, expected) => {
  it.each(['debian-12', 'ubuntu-16.04'])('on %s', (profile) => {
    const stops = eachStop(source, profile, (session, pid) => {
      for (const [what, compare] of Object.entries(COMPARISONS)) {
        try {
          compare(session, pid)
        } catch (error) {
          throw new Error(`${what}, stop ${session.moment().stop}`, { cause: error })
        }
      }
    })
    expect(stops).toBe(expected)
  })
})
