// The founding experiment in the window: the article's numbers at each of its four stops, in both languages and themes.
import { expect, test } from './app.js'
import {
  expectAccessible,
  expectState,
  expectStop,
  figure,
  readRow,
  readTable,
  runToStop,
  screenshot,
  totals,
} from './laboratory.js'

/** The mapping that mmap makes. */
const NEW = '00007f2f565eb000'

/** Address, Kbytes, mode and name of every mapping before mmap, as the article lists them. */
const BEFORE = [
  ['0000000000400000', '4', 'r-x--', 'test'],
  ['0000000000600000', '4', 'r----', 'test'],
  ['0000000000601000', '4', 'rw---', 'test'],
  ['0000000001d10000', '132', 'rw---', '[ anon ]'],
  ['00007f2f56000000', '1792', 'r-x--', 'libc-2.23.so'],
  ['00007f2f561c0000', '2048', '-----', 'libc-2.23.so'],
  ['00007f2f563c0000', '16', 'r----', 'libc-2.23.so'],
  ['00007f2f563c4000', '8', 'rw---', 'libc-2.23.so'],
  ['00007f2f563c6000', '16', 'rw---', '[ anon ]'],
  ['00007f2f563ca000', '152', 'r-x--', 'ld-2.23.so'],
  ['00007f2f565d0000', '12', 'rw---', '[ anon ]'],
  ['00007f2f565ef000', '4', 'r----', 'ld-2.23.so'],
  ['00007f2f565f0000', '4', 'rw---', 'ld-2.23.so'],
  ['00007f2f565f1000', '4', 'rw---', '[ anon ]'],
  ['00007ffc66eab000', '132', 'rw---', '[ stack ]'],
  ['00007ffc66f66000', '12', 'r----', '[ anon ]'],
  ['00007ffc66f69000', '8', 'r-x--', '[ anon ]'],
  ['ffffffffff600000', '4', 'r-x--', '[ anon ]'],
] as const

/** smaps of the new mapping after it was written, field by field and in the kernel's order. */
const SMAPS_AFTER_WRITE = {
  Size: 16,
  KernelPageSize: 4,
  MMUPageSize: 4,
  Rss: 16,
  Pss: 16,
  Shared_Clean: 0,
  Shared_Dirty: 0,
  Private_Clean: 0,
  Private_Dirty: 16,
  Referenced: 16,
  Anonymous: 16,
  LazyFree: 0,
  AnonHugePages: 0,
  ShmemPmdMapped: 0,
  Shared_Hugetlb: 0,
  Private_Hugetlb: 0,
  Swap: 0,
  SwapPss: 0,
  Locked: 0,
  ProtectionKey: 0,
} as const

interface Stop {
  readonly minflt: number
  /** Kbytes, RSS, Dirty of the whole process. */
  readonly totals: readonly [number, number, number]
  /** The same of the new mapping. */
  readonly mapping: readonly [number, number, number] | undefined
}

const STOPS: readonly Stop[] = [
  { minflt: 77, totals: [4356, 1328, 80], mapping: undefined },
  { minflt: 77, totals: [4372, 1328, 80], mapping: [16, 0, 0] },
  { minflt: 81, totals: [4372, 1328, 80], mapping: [16, 0, 0] },
  { minflt: 85, totals: [4372, 1344, 96], mapping: [16, 16, 16] },
]

for (const { language, systemLocale, title } of [
  { language: 'en', systemLocale: 'en-US', title: 'Mappings' },
  { language: 'zh', systemLocale: 'zh-CN', title: '内存映射' },
] as const) {
  test.describe(`the founding experiment in ${language}`, () => {
    test.use({ systemLocale })

    for (const theme of ['light', 'dark'] as const) {
      test(`shows the article's numbers at each stop, in the ${theme} theme`, async ({ win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await expect(win.locator('html')).toHaveAttribute('data-theme', theme)
        await expect(win.locator('html')).toHaveAttribute('lang', systemLocale === 'zh-CN' ? 'zh-CN' : 'en')
        await expectState(win, 'ready')

        for (const [index, stop] of STOPS.entries()) {
          await runToStop(win, index + 1)
          await expect(figure(win, 'minflt')).toHaveText(String(stop.minflt))
          await expect(figure(win, 'majflt')).toHaveText('0')
          await expect(totals(win)).toHaveText(stop.totals.map(String))
          // pmap adds the vsyscall page, which lies outside the address space that ps counts.
          const vsz = String(stop.totals[0] - 4)
          const rss = String(stop.totals[1])
          await expect
            .poll(() => readRow(win, 'ps', '13070'))
            .toMatchObject({ pid: '13070', majflt: '0', minflt: String(stop.minflt), vsz, rss })
          await expect
            .poll(async () => {
              const row = await readRow(win, 'pmap', NEW)
              return row && [row['kbytes'], row['rss'], row['dirty'], row['mode'], row['mapping']]
            })
            .toEqual(stop.mapping && [...stop.mapping.map(String), 'rw---', '[ anon ]'])
          if (theme === 'light') await screenshot(win, `${language}-stop-${index + 1}`)
        }

        await win.getByTestId('pmap').locator(`[data-key="${NEW}"]`).click()
        await expect(win.getByTestId('smaps-address')).toHaveText('7f2f565eb000')
        await screenshot(win, `${language}-${theme}`)
        await expectAccessible(win)

        await win.getByTestId('run').click()
        await expectState(win, 'exited')
      })
    }

    test('names its views in the language', async ({ win }) => {
      if (language === 'en') await expect(win.getByTestId('pmap-panel')).toContainText(title)
      else await expect(win.getByTestId('pmap-panel')).toContainText(/[一-鿿]/)
    })
  })
}

test('the mappings before mmap are the article’s, address by address', async ({ win }) => {
  await runToStop(win, 1)
  await expect
    .poll(async () =>
      (await readTable(win, 'pmap')).map((row) => [row['address'], row['kbytes'], row['mode'], row['mapping']]),
    )
    .toEqual(BEFORE)
})

test('the smaps of the new mapping after the write are the article’s, field by field', async ({ win }) => {
  for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
  await win.getByTestId('pmap').locator(`[data-key="${NEW}"]`).click()
  // Twenty fields do not fit beside the timeline; the text form holds them all.
  await win.getByTestId('smaps-form-text').click()
  const text = win.getByTestId('smaps-text')
  await expect(text).toContainText('7f2f565eb000-7f2f565ef000 rw-p 00000000 00:00 0')
  const block = ((await text.textContent()) ?? '').split('7f2f565eb000-')[1] ?? ''
  const fields = [...block.matchAll(/(\w+): +(\d+)/g)].slice(0, Object.keys(SMAPS_AFTER_WRITE).length)
  expect(fields.map(([, name, value]) => [name, Number(value)])).toEqual(Object.entries(SMAPS_AFTER_WRITE))
})

test('what changed since the stop before is marked', async ({ win }) => {
  for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
  const row = win.getByTestId('pmap').locator(`[data-key="${NEW}"]`)
  await expect(row.locator('[data-column=rss]')).toHaveClass(/changed/)
  await expect(row.locator('[data-column=dirty]')).toHaveClass(/changed/)
  await expect(row.locator('[data-column=kbytes]')).not.toHaveClass(/changed/)
})

test('the timeline has a mark at every stop', async ({ win }) => {
  for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
  await win.getByTestId('timeline-form-table').click()
  const table = win.getByTestId('timeline-table')
  await expect(table.locator('tbody tr')).toHaveCount(STOPS.length)
  for (const [index, stop] of STOPS.entries()) {
    const row = table.locator('tbody tr').nth(index)
    for (const number of [stop.minflt, ...stop.totals.slice(1)]) await expect(row).toContainText(String(number))
  }
})

test('what the program prints and what is typed stand in the terminal', async ({ win }) => {
  await runToStop(win, 1)
  await expect(win.getByTestId('terminal-output')).toHaveText('pid is 13070\nbefore mmap\n')
  await win.getByTestId('terminal-input').focus()
  await win.keyboard.type('hello')
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('terminal-output')).toContainText('hello\nafter mmap\n')
})

test('a restart gives the same run again', async ({ win }) => {
  await expectState(win, 'ready')
  const atMain = await figure(win, 'rss').textContent()
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  await win.getByTestId('restart').click()
  await expectState(win, 'ready')
  await expect(figure(win, 'rss')).toHaveText(atMain ?? '')
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  await expect(figure(win, 'minflt')).toHaveText('81')
})

test('line by line comes to the same place', async ({ win }) => {
  await expectState(win, 'ready')
  const place = win.getByTestId('place')
  await expect(place).toHaveText(/^\d+main\(\)$/)
  const first = await place.textContent()
  await win.getByTestId('step').click()
  await expect(place).not.toHaveText(first ?? '')
  await win.getByTestId('run').click()
  await expectStop(win, 1)
})
