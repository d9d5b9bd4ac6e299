import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, vaddr } from '../base/index.js'
import { debian12, ubuntu1604 } from '../profiles/index.js'
import { mappingsOf } from './mappings.js'
import { smapsOf } from './smaps.js'
import { assertInvariants } from '../testing/invariants.js'
import { DRAWING, TestMachine } from '../testing/machine.js'
import { thrown } from '../testing/thrown.js'
import type { UserFault } from '../kernel/uapi/index.js'
import {
  Errno,
  MAP_ANONYMOUS,
  MADV_POPULATE_READ,
  MAP_FIXED,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MS_SYNC,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  PROT_READ,
  PROT_WRITE,
  SEEK_END,
  SIGBUS,
} from '../kernel/uapi/index.js'

const RW = PROT_READ | PROT_WRITE
const PAGE = PAGE_SIZE
/** Where test programs keep what they write. */
const BUFFER = DRAWING + 0x1000_0000

function machine(profile = debian12): TestMachine {
  const m = new TestMachine(profile)
  m.map(128, RW, BUFFER, MAP_FIXED)
  return m
}

/** A file of so many pages, written in pieces of `piece` pages, synced. */
function file(m: TestMachine, pages: number, piece = pages): number {
  const fd = m.sys.open('data', O_RDWR | O_CREAT | O_TRUNC, 0o644)
  for (let i = 0; i < pages; i += piece) m.sys.write(fd, vaddr(BUFFER), Math.min(piece, pages - i) * PAGE)
  m.sys.fsync(fd)
  return fd
}

const mapShared = (m: TestMachine, fd: number, pages: number, prot = RW, firstPage = 0): number =>
  m.sys.mmap(DRAWING, pages * PAGE, prot, MAP_SHARED | MAP_FIXED, fd, firstPage * PAGE)

const drawn = (m: TestMachine, start: number, pages: number): string =>
  Array.from({ length: pages }, (_, i) => (m.pte(start + i * PAGE) === 0 ? '.' : '#')).join('')

/** smaps of the mapping that starts there. */
function smaps(m: TestMachine, start: number): { Rss: number; Private_Dirty: number; Private_Clean: number } {
  const mapping = mappingsOf(m.kernel, m.task.pid).find(({ vma }) => vma?.start === start)!
  return smapsOf(m.kernel, m.task.pid, mapping)
}

describe('names and descriptors', () => {
  it('the lowest free descriptor is taken; what is not open is EBADF', () => {
    const m = machine()
    const open = (): number => m.sys.open('/tmp/x', O_RDWR | O_CREAT, 0o600)
    expect([open(), open(), m.sys.close(3), open(), m.sys.dup(4)]).toEqual([3, 4, 0, 3, 5])
    expect([m.sys.close(9), m.sys.lseek(9, 0, 0), m.sys.fsync(-1), m.sys.dup(7)]).toEqual(Array(4).fill(-Errno.EBADF))
  })

  it.each([
    ['nowhere', O_RDONLY, Errno.ENOENT],
    ['', O_RDWR | O_CREAT, Errno.ENOENT],
    ['/no/such/directory', O_RDWR | O_CREAT, Errno.ENOENT],
    ['/tmp', O_RDWR, Errno.EISDIR],
    ['there', O_RDWR | O_CREAT | O_EXCL, Errno.EEXIST],
    ['there/below', O_RDONLY, Errno.ENOTDIR],
    ['x'.repeat(256), O_RDWR | O_CREAT, Errno.ENAMETOOLONG],
    ['test', O_RDWR, Errno.ETXTBSY],
  ])('open %j with flags %o is refused', (path, flags, errno) => {
    const m = machine()
    m.sys.open('there', O_RDWR | O_CREAT, 0o644)
    const running = m.kernel.profile.program.name
    expect(m.sys.open(path === 'test' ? running : path, flags, 0o644)).toBe(-errno)
  })

  it('a read-only descriptor does not write and the other way round', () => {
    const m = machine()
    file(m, 1)
    const r = m.sys.open('data', O_RDONLY, 0)
    const w = m.sys.open('data', O_WRONLY, 0)
    expect(m.sys.write(r, vaddr(BUFFER), 1)).toBe(-Errno.EBADF)
    expect(m.sys.read(w, vaddr(BUFFER), 1)).toBe(-Errno.EBADF)
    expect(m.sys.ftruncate(r, 0)).toBe(-Errno.EINVAL)
  })

  it('an unlinked file lives as long as it is mapped', () => {
    const m = machine()
    const fd = file(m, 2)
    mapShared(m, fd, 2)
    m.user.writeU8(DRAWING, 7)
    const { cachedPages } = m.kernel.parts.cache
    expect([m.sys.close(fd), m.sys.unlink('data'), m.sys.unlink('data')]).toEqual([0, 0, -Errno.ENOENT])
    expect(mappingsOf(m.kernel, m.task.pid).some(({ name }) => name.endsWith('/data (deleted)'))).toBe(true)
    expect(m.user.readU8(DRAWING)).toBe(7)
    m.sys.munmap(DRAWING, 2 * PAGE)
    expect(m.kernel.parts.cache.cachedPages).toBe(cachedPages - 2)
    assertInvariants(m.kernel)
  })
})

describe('contents', () => {
  it('are read back where they were written; holes are zeros; offsets move', () => {
    const m = machine()
    const fd = m.sys.open('data', O_RDWR | O_CREAT, 0o644)
    m.user.writeBytes(BUFFER, Uint8Array.of(1, 2, 3))
    expect(m.sys.pwrite(fd, vaddr(BUFFER), 3, 2 * PAGE - 1)).toBe(3)
    expect(m.sys.lseek(fd, 0, SEEK_END)).toBe(2 * PAGE + 2)
    expect(m.sys.pread(fd, vaddr(BUFFER + PAGE), 10, 2 * PAGE - 2)).toBe(4)
    expect([...m.user.readBytes(BUFFER + PAGE, 4)]).toEqual([0, 1, 2, 3])
    expect(m.sys.read(fd, vaddr(BUFFER), 10)).toBe(0)
  })

  it('are seen by a shared mapping at once, and stores by read', () => {
    const m = machine()
    const fd = file(m, 4)
    mapShared(m, fd, 4)
    expect(m.user.readU8(DRAWING + PAGE)).toBe(0)
    m.user.writeU8(BUFFER, 9)
    m.sys.pwrite(fd, vaddr(BUFFER), 1, PAGE)
    expect(m.user.readU8(DRAWING + PAGE)).toBe(9)
    m.user.writeU8(DRAWING + 3 * PAGE, 5)
    m.sys.pread(fd, vaddr(BUFFER), 1, 3 * PAGE)
    expect(m.user.readU8(BUFFER)).toBe(5)
    assertInvariants(m.kernel)
  })
})

// All drawings were measured on 6.18.44 with ext4.
describe('folios on debian-12', () => {
  it('a write makes the largest that fits and is aligned: 75 pages are 64 + 8 + 2 + 1', () => {
    const m = machine()
    const fd = file(m, 75)
    const inode = m.kernel.parts.cache.all.find(({ path }) => path.endsWith('/data'))!
    expect([...inode.folios]).toEqual([
      [0, 6],
      [64, 3],
      [72, 1],
    ])
    mapShared(m, fd, 75)
    m.user.readU8(DRAWING + 74 * PAGE)
    expect(drawn(m, DRAWING, 75)).toBe('.'.repeat(64) + '#'.repeat(11))
  })

  it('one read maps a folio whole, one write to a shared one makes all of it dirty', () => {
    const m = machine()
    mapShared(m, file(m, 64), 64)
    expect(m.costOf(() => m.user.writeU8(DRAWING + 5 * PAGE, 1))).toMatchObject({ minFlt: 1, file: 64 })
    expect(smaps(m, DRAWING)).toMatchObject({ Rss: 256, Private_Dirty: 256 })
    expect(m.costOf(() => m.user.writeU8(DRAWING + 6 * PAGE, 1))).toMatchObject({ minFlt: 0 })
    expect(m.sys.msync(DRAWING, 64 * PAGE, MS_SYNC)).toBe(0)
    expect(smaps(m, DRAWING)).toMatchObject({ Private_Clean: 256, Private_Dirty: 0 })
    expect(m.costOf(() => m.user.writeU8(DRAWING + 5 * PAGE, 1))).toMatchObject({ minFlt: 1 })
    assertInvariants(m.kernel)
  })

  it.each([
    ['a folio that leaves the mapping, the last of its file, a fresh table: one page', 16, 16, 12, 3, '...#........'],
    ['the same, but more of the file follows: the window', 64, 16, 40, 32, '.'.repeat(32) + '#'.repeat(8)],
    ['single pages: the window', 64, 1, 40, 20, '.'.repeat(16) + '#'.repeat(16) + '.'.repeat(8)],
  ])('%s', (_what, pages, piece, mapped, touched, drawing) => {
    const m = machine()
    mapShared(m, file(m, pages, piece), mapped, PROT_READ)
    m.user.readU8(DRAWING + touched * PAGE)
    expect(drawn(m, DRAWING, mapped)).toBe(drawing)
  })

  it('msync writes back the folios of its range and no others', () => {
    const m = machine()
    mapShared(m, file(m, 16, 4), 16)
    for (let i = 0; i < 16; i++) m.user.writeU8(DRAWING + i * PAGE, 1)
    expect(m.sys.msync(DRAWING + 5 * PAGE, 4 * PAGE, MS_SYNC)).toBe(0)
    expect(smaps(m, DRAWING)).toMatchObject({ Private_Clean: 32, Private_Dirty: 32 })
    expect(m.costOf(() => m.user.writeU8(DRAWING + 11 * PAGE, 1))).toMatchObject({ minFlt: 1 })
    expect(m.costOf(() => m.user.writeU8(DRAWING + 12 * PAGE, 1))).toMatchObject({ minFlt: 0 })
    assertInvariants(m.kernel)
  })

  it('of the file’s last folio only the window is mapped, though the folio before went whole', () => {
    const m = machine()
    mapShared(m, file(m, 20), 19, PROT_READ, 1)
    m.user.readU8(DRAWING)
    expect(drawn(m, DRAWING, 19)).toBe('#'.repeat(16) + '...')
  })

  it('shrinking a file splits the folio at its end and unmaps it', () => {
    const m = machine()
    const fd = file(m, 64)
    mapShared(m, fd, 64)
    m.user.readU8(DRAWING)
    m.sys.ftruncate(fd, 20 * PAGE + 100)
    expect(drawn(m, DRAWING, 64)).toBe('.'.repeat(64))
    m.user.writeU8(DRAWING + 4 * PAGE, 1)
    m.user.writeU8(DRAWING + 17 * PAGE, 1)
    expect(drawn(m, DRAWING, 24)).toBe('#'.repeat(20) + '....')
    expect((thrown(() => m.user.readU8(DRAWING + 21 * PAGE)) as UserFault).signal).toBe(SIGBUS)
    assertInvariants(m.kernel)
  })

  it('ubuntu-16.04 knows single pages only', () => {
    const m = machine(ubuntu1604)
    mapShared(m, file(m, 64), 64)
    expect(m.costOf(() => m.user.writeU8(DRAWING, 1))).toMatchObject({ minFlt: 1, file: 1 })
    expect(smaps(m, DRAWING)).toMatchObject({ Rss: 4, Private_Dirty: 4 })
  })
})

describe('shared memory', () => {
  it('anonymous: one inode a mapping, rss is shmem, a read makes it writable', () => {
    const m = machine()
    const at = m.sys.mmap(0, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    m.user.readU8(at)
    expect(m.mm.rss.shmem).toBe(1)
    expect(m.costOf(() => m.user.writeU8(at, 1))).toMatchObject({ minFlt: 0 })
    expect(smaps(m, at)).toMatchObject({ Rss: 4, Private_Dirty: 4 })
    const next = m.sys.mmap(0, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    expect(mappingsOf(m.kernel, m.task.pid).filter(({ name }) => name === '/dev/zero (deleted)')).toHaveLength(2)
    m.sys.munmap(at, 4 * PAGE)
    m.sys.munmap(next, 4 * PAGE)
    expect(m.mm.rss.shmem).toBe(0)
    assertInvariants(m.kernel)
  })

  it('a sparse file that mmap populates costs minor faults only, one that madvise populates a major one', () => {
    const m = machine()
    const fd = m.sys.open('data', O_RDWR | O_CREAT, 0o644)
    m.sys.ftruncate(fd, 8 * PAGE)
    const map = (): number => m.sys.mmap(DRAWING, 8 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0)
    expect(m.costOf(map)).toMatchObject({ majFlt: 0, minFlt: 1, file: 8 })
    m.sys.ftruncate(fd, 0)
    m.sys.ftruncate(fd, 8 * PAGE)
    const advise = (): number => m.sys.madvise(DRAWING, 8 * PAGE, MADV_POPULATE_READ)
    expect(m.costOf(advise)).toMatchObject({ majFlt: 1, minFlt: 0, file: 8 })
  })

  it('a sparse file costs one major fault, shared memory none', () => {
    const m = machine()
    const fd = m.sys.open('data', O_RDWR | O_CREAT, 0o644)
    m.sys.ftruncate(fd, 8 * PAGE)
    mapShared(m, fd, 8)
    const touch = (): void => [0, 1, 2].forEach((i) => m.user.writeU8(DRAWING + i * PAGE, 1))
    expect(m.costOf(touch)).toMatchObject({ majFlt: 1, minFlt: 2, file: 3 })
    const mem = m.sys.memfdCreate('x', 0)
    m.sys.ftruncate(mem, 8 * PAGE)
    mapShared(m, mem, 8)
    expect(m.costOf(touch)).toMatchObject({ majFlt: 0, minFlt: 3, file: 0 })
    assertInvariants(m.kernel)
  })
})

describe('mmap of files', () => {
  it.each([
    ['shared and writable, opened for reading', O_RDONLY, RW, MAP_SHARED, Errno.EACCES],
    ['opened for writing only', O_WRONLY, PROT_READ, MAP_PRIVATE, Errno.EACCES],
  ])('%s is refused', (_what, flags, prot, how, errno) => {
    const m = machine()
    m.sys.close(file(m, 1))
    expect(m.sys.mmap(0, PAGE, prot, how, m.sys.open('data', flags, 0), 0)).toBe(-errno)
    expect(m.sys.mmap(0, PAGE, PROT_READ, MAP_PRIVATE, 0, 0)).toBe(-Errno.ENODEV)
    expect(m.sys.mmap(0, PAGE, PROT_READ, MAP_PRIVATE, 77, 0)).toBe(-Errno.EBADF)
  })

  it('a shared mapping of a file opened for reading cannot be made writable', () => {
    const m = machine()
    m.sys.close(file(m, 1))
    const at = m.sys.mmap(0, PAGE, PROT_READ, MAP_SHARED, m.sys.open('data', O_RDONLY, 0), 0)
    expect(m.sys.mprotect(at, PAGE, RW)).toBe(-Errno.EACCES)
  })

  it.each([
    ['shared', MAP_SHARED, 4, 64, 0],
    ['private and writable', MAP_PRIVATE, 64, 0, 64],
  ])('MAP_POPULATE of 64 single pages, %s', (_what, how, minFlt, inFile, anon) => {
    const m = machine()
    const fd = file(m, 64, 1)
    const map = (): number => m.sys.mmap(DRAWING, 64 * PAGE, RW, how | MAP_FIXED | MAP_POPULATE, fd, 0)
    expect(m.costOf(map)).toEqual({ minFlt, majFlt: 0, file: inFile, anon })
    assertInvariants(m.kernel)
  })
})
