// The inspector's views: what they show is what the tools print at the same moment.
import type { Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import {
  expectAccessible,
  expectState,
  expectStop,
  figure,
  openProgram,
  readRow,
  readTable,
  resize,
  runToStop,
  screenshot,
} from './laboratory.js'

/** The mapping that the founding program makes. */
const NEW = '00007f2f565eb000'

/** Allocates, frees and loses blocks. */
const HEAP = `#include <stdio.h>
#include <stdlib.h>

static void lose(void)
{
    char *gone = malloc(100);
    gone[0] = 1;
}

int main(void)
{
    char *a = malloc(24);
    char *b = malloc(2000);
    char *c = malloc(24);
    lose();
    c[0] = 1;
    printf("allocated\\n");
    getchar();
    free(a);
    free(b);
    printf("freed\\n");
    getchar();
    return 0;
}
`

/** What a tool prints, read off the mappings' and smaps' text forms. */
async function toolText(win: Page, view: 'pmap' | 'smaps'): Promise<string> {
  await win.getByTestId('view-process').click()
  await win.getByTestId(`${view}-form-text`).click()
  const text = win.getByTestId(`${view}-text`)
  await expect(text).toContainText(view === 'pmap' ? 'total kB' : 'VmFlags')
  return (await text.textContent()) ?? ''
}

for (const [language, theme] of [
  ['en', 'light'],
  ['zh-CN', 'dark'],
] as const) {
  test.describe(`the views in ${language}, ${theme}`, () => {
    test.use({ systemLocale: language === 'en' ? 'en-US' : 'zh-CN' })

    for (const view of ['story', 'heap', 'space', 'layers', 'physical', 'slab'] as const)
      test(`${view} is accessible before, at and after a stop`, async ({ win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await win.getByTestId(`view-${view}`).click()
        await expectState(win, 'ready')
        await runToStop(win, 1)
        await runToStop(win, 2)
        await expect(win.getByTestId(`${view}-panel`)).toBeVisible()
        await screenshot(win, `view-${view}-${language}-${theme}`)
        await expectAccessible(win)
        for (let i = 0; i < 3; i++) {
          await win.getByTestId('run').click()
          await expect(win.getByTestId('state')).toHaveAttribute('data-state', /waiting|exited/)
        }
        await expectState(win, 'exited')
        await expectAccessible(win)
      })
  })
}

test('the keys lead from view to view, and the last one is there again after a restart', async ({ app, launch }) => {
  const win = await app.firstWindow()
  await expectState(win, 'ready')
  for (const [key, panel] of [
    ['3', 'story-panel'],
    ['4', 'heap-panel'],
    ['5', 'space-panel'],
    ['6', 'layers-panel'],
    ['2', 'pmap-panel'],
    ['9', 'physical-panel'],
    ['5', 'space-panel'],
  ] as const) {
    await win.keyboard.press(`Control+${key}`)
    await expect(win.getByTestId(panel)).toBeVisible()
  }
  await app.close()
  const again = await (await launch()).firstWindow()
  await expect(again.getByTestId('space-panel')).toBeVisible()
})

test.describe('the fault story', () => {
  test('tells each fault, and leads to its line and its mapping', async ({ win }) => {
    for (const stop of [1, 2, 3]) await runToStop(win, stop)
    await win.getByTestId('view-story').click()
    const faults = win.getByTestId('story').locator('[data-kind=fault][data-line="27"]')
    await expect(faults).toHaveCount(4)
    await expect(faults.first()).toContainText('read of 0x7f2f565eb000')
    await expect(faults.first()).toContainText('the shared zero page, which is nobody’s RSS')
    await faults.nth(1).click()
    await expect(win.getByTestId('source').locator('.cm-chosen')).toContainText('tmp = p[i]')
    await expect(win.getByTestId('story-text')).toContainText('RSS unchanged, minor fault 79')
    await win.getByTestId('story-to-page').click()
    await expect(win.getByTestId('space-pages').locator('[data-page="1"]')).toHaveAttribute('aria-selected', 'true')
    await win.getByTestId('view-process').click()
    await expect(win.getByTestId('smaps-address')).toHaveText('7f2f565eb000')
  })

  test('is walked through with the arrows', async ({ win }) => {
    for (const stop of [1, 2, 3]) await runToStop(win, stop)
    await win.keyboard.press('Control+3')
    await expect(win.getByTestId('story').locator('[role=option]:focus')).toHaveCount(1)
    await win.keyboard.press('Home')
    await expect(win.getByTestId('story').locator('[data-index="0"]')).toBeFocused()
    for (let i = 0; i < 30; i++) await win.keyboard.press('ArrowDown')
    await expect(win.getByTestId('story').locator('[data-index="30"]')).toBeFocused()
    await win.keyboard.press('End')
    await expect(win.getByTestId('story').locator('[aria-selected=true]')).toContainText('stop 3')
  })

  test('by line adds up to what ps says, at every stop', async ({ win }) => {
    await win.getByTestId('view-story').click()
    await win.getByTestId('story-form-lines').click()
    for (const stop of [1, 2, 3, 4]) {
      await runToStop(win, stop)
      for (const id of ['minflt', 'majflt', 'rss', 'dirty']) {
        const shown = (await figure(win, id).textContent()) ?? ''
        await expect(win.getByTestId(`story-total-${id}`)).toHaveText(shown)
      }
    }
    await expect
      .poll(async () => await readRow(win, 'story-lines', '32 main'))
      .toMatchObject({ line: '32', minflt: '4', rss: '16', anon: '16', dirty: '16' })
  })
})

test.describe('the heap', () => {
  test.beforeEach(async ({ app, win, home }) => {
    const path = join(home, 'heap.c')
    writeFileSync(path, HEAP)
    await expectState(win, 'ready')
    await openProgram(app, win, path)
    await runToStop(win, 1)
    await win.getByTestId('view-heap').click()
  })

  test('shows every chunk, and its owner', async ({ win }) => {
    const map = win.getByTestId('heap-map')
    await map.locator('[data-address]').nth(1).click()
    await expect(win.getByTestId('heap-size')).toHaveText('2016 B')
    await expect(win.getByTestId('heap-line')).toHaveText('line 13, main')
    await expect(win.getByTestId('source').locator('.cm-chosen')).toContainText('malloc(2000)')
    await expect(win.getByTestId('heap-lost')).toHaveText('1 lost')
    await expect(map.locator('.chunk.lost').first()).toHaveAttribute('aria-label', /from line 6, malloc/)
    // With the keyboard: the next chunk, and another scale.
    await win.keyboard.press('ArrowRight')
    await expect(win.getByTestId('heap-size')).toHaveText('32 B')
    await win.keyboard.press('-')
    await expect(win.getByTestId('heap-panel')).toContainText('2048 B a line')
  })

  test('is as large as pmap says, and its totals add up', async ({ win }) => {
    await win.getByTestId('heap-form-totals').click()
    const value = async (name: string) => Number((await readRow(win, 'mallinfo', name))?.['value'])
    await expect.poll(() => value('arena')).toBeGreaterThan(0)
    const arena = await value('arena')
    expect((await value('uordblks')) + (await value('fordblks'))).toBe(arena)
    const pmap = await toolText(win, 'pmap')
    expect(pmap).toMatch(new RegExp(`^0000000001d10000 +${arena / 1024} `, 'm'))
  })

  test('has what is free in its lists, and what is lost with its line', async ({ win }) => {
    await runToStop(win, 2)
    await win.getByTestId('heap-form-bins').click()
    const bins = win.getByTestId('heap-bins')
    await expect(bins.locator('[data-bin="fastbinsY[0]"]')).toContainText('1d10000')
    await expect(bins.locator('[data-bin=unsorted]')).toContainText('1d10020')
    await win.getByTestId('heap-form-leaks').click()
    await expect
      .poll(() => readTable(win, 'leaks'))
      .toMatchObject([{ requested: '100 B', line: '6', kind: 'directly' }])
    await expectAccessible(win)
  })

  test('says what free would do now, and then that comes about', async ({ win }) => {
    await win.getByTestId('heap-map').locator('[data-address]').nth(1).click()
    await win.getByTestId('heap-ask-free').click()
    await expect(win.getByTestId('what-if-answer')).toContainText('free(0x1d10030)')
    await expect(win.getByTestId('what-if-answer')).toContainText('Chunk 0x1d10020 (2016 B) goes to unsorted')
    await expectAccessible(win)
    await runToStop(win, 2)
    // The block is free by now: glibc would notice.
    await expect(win.getByTestId('what-if-end')).toContainText('glibc aborts: ')
    await win.getByTestId('heap-form-bins').click()
    await expect(win.getByTestId('heap-bins').locator('[data-bin=unsorted]')).toContainText('1d10020')
  })
})

test.describe('the address space', () => {
  test('shows the pages of the new mapping as they come', async ({ win }) => {
    await win.getByTestId('view-space').click()
    for (const stop of [1, 2]) await runToStop(win, stop)
    const cells = win.getByTestId('space-pages').locator('[data-page]')
    await expect(win.getByTestId('space-ruler').locator(`[data-key="${NEW}"]`)).toHaveAttribute('aria-selected', 'true')
    for (const [stop, state] of [
      [2, 'absent'],
      [3, 'zero'],
      [4, 'anonDirty'],
    ] as const) {
      if (stop > 2) await runToStop(win, stop)
      await expect(win.getByTestId('space-pages').locator(`[data-page][data-state=${state}]`)).toHaveCount(4)
      await expect(cells).toHaveCount(4)
    }
    const smaps = (await toolText(win, 'smaps')).split('7f2f565eb000-')[1] ?? ''
    expect(smaps).toMatch(/Private_Dirty: +16 kB/)
  })

  test('walks the page tables to the chosen page', async ({ win }) => {
    for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
    await win.keyboard.press('Control+5')
    await win.getByTestId('space-ruler').locator(`[data-key="${NEW}"]`).click()
    await win.getByTestId('space-pages').locator('[data-page="0"]').click()
    await win.keyboard.press('ArrowRight')
    const walk = win.getByTestId('space-walk')
    await expect(walk.getByTestId('walk-index')).toHaveText(['254', '189', '178', '492'])
    // The page the entry leads to is the one the fault brought.
    const leads = (await walk.locator('[data-level=pte]').getByTestId('walk-leads').textContent()) ?? ''
    const frame = /\d+/.exec(leads)?.[0] ?? 'none'
    await win.getByTestId('view-story').click()
    await win.getByTestId('story').locator('[data-kind=fault][data-line="32"]').nth(1).click()
    await expect(win.getByTestId('story-detail')).toContainText(`Page frame${frame}`)
  })
})

test('the layers show the figures of the tools, and what the last step moved', async ({ win }) => {
  await win.getByTestId('view-layers').click()
  for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
  for (const [layer, id] of [
    ['minflt', 'minflt'],
    ['vszKb', 'vsz'],
    ['rssKb', 'rss'],
    ['dirtyKb', 'dirty'],
  ] as const)
    await expect(win.getByTestId(`layer-${layer}`)).toHaveText((await figure(win, id).textContent()) ?? '')
  await expect(win.getByTestId('moved-faults')).toHaveText('MINFL +4')
  await expect(win.getByTestId('moved-tables')).toHaveText('RSS +16 kB, Dirty +16 kB')
  await expect(win.getByTestId('moved-buddy')).toHaveText('pages taken: 4')
  // The blocks of all orders are the free pages.
  const orders = (await win.getByTestId('layer-orders').getAttribute('data-orders')) ?? ''
  const pages = orders.split(' ').reduce((sum, count, order) => sum + Number(count) * 2 ** order, 0)
  await expect(win.getByTestId('layer-freePages')).toHaveText(String(pages))
  const mappings = Number(await win.getByTestId('layer-mappings').textContent())
  await win.getByTestId('floor-vmas').click()
  await expect(win.getByTestId('pmap-panel')).toContainText(`${mappings} mappings`)
  await win.getByTestId('view-layers').click()
  await win.getByTestId('floor-pool').click()
  await expect(win.getByTestId('heap-panel')).toBeVisible()
  await win.getByTestId('view-layers').click()
  const slabPages = (await win.getByTestId('layer-slabPages').textContent()) ?? ''
  await win.getByTestId('floor-slab').click()
  await expect(win.getByTestId('slab-panel')).toContainText(`${slabPages} pages`)
  await win.getByTestId('view-layers').click()
  const freePages = (await win.getByTestId('layer-freePages').textContent()) ?? ''
  await win.getByTestId('floor-buddy').click()
  await expect(win.getByTestId('frames-free').getByTestId('count')).toHaveText(freePages)
})

test.describe('physical memory', () => {
  /** The text form of a panel. */
  async function fileText(win: Page, panel: 'physical' | 'slab', form: string): Promise<string> {
    await win.getByTestId(`${panel}-form-text`).click()
    const text = win.getByTestId(`${panel}-text`)
    await expect(text).toContainText(panel === 'slab' ? 'task_struct' : 'MemTotal')
    const said = (await text.textContent()) ?? ''
    await win.getByTestId(`${panel}-form-${form}`).click()
    return said
  }
  const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1])

  test('shows whose the frames are as meminfo counts them, and free blocks and zones as their files do', async ({
    win,
  }) => {
    for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
    await win.getByTestId('view-physical').click()
    const said = await fileText(win, 'physical', 'map')
    const pages = (name: string) => String(number(said, new RegExp(`${name}: +(\\d+) kB`)) / 4)
    for (const [kind, name] of [
      ['free', 'MemFree'],
      ['anon', 'AnonPages'],
      ['table', 'PageTables'],
      ['slab', 'Slab'],
    ] as const)
      await expect(win.getByTestId(`frames-${kind}`).getByTestId('count')).toHaveText(pages(name))
    await win.getByTestId('physical-form-zones').click()
    for (const zone of ['DMA', 'DMA32', 'Normal']) {
      const part = said.split(/^(?=Node)/m).find((text) => text.includes(`zone ${zone.padStart(8)}\n  pages`)) ?? ''
      const shown = win.getByTestId('zones').locator(`[data-zone=${zone}]`)
      for (const field of ['min', 'low', 'high', 'present', 'managed'])
        await expect(shown.getByTestId(`zone-${field}`)).toHaveText(
          String(number(part, new RegExp(`${field} +(\\d+)`))),
        )
      await expect(shown.getByTestId('zone-free')).toHaveText(String(number(part, /pages free +(\d+)/)))
    }
    await win.getByTestId('physical-form-free').click()
    for (const row of await readTable(win, 'free-lists')) {
      const counts = Array.from({ length: 11 }, (_, order) => row[String(order)]).join(' ')
      const pattern =
        row['type'] === 'all' ? `zone +${row['zone']} +\\d` : `zone +${row['zone']}, type +${row['type']} `
      const line = said.split('\n').find((text) => new RegExp(pattern).test(text)) ?? ''
      expect(line.trim().split(/\s+/).slice(-11).join(' ')).toBe(counts)
    }
  })

  test('leads from a page to its frame and back', async ({ win }) => {
    for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
    await win.getByTestId('view-space').click()
    await win.getByTestId('space-ruler').locator(`[data-key="${NEW}"]`).click()
    await win.getByTestId('space-pages').locator('[data-page="2"]').click()
    await win.getByTestId('space-walk').locator('[data-level=pte]').getByTestId('walk-frame').click()
    await expect(win.getByTestId('frame-kind')).toHaveText('Anonymous')
    await expect(win.getByTestId('frame-mapcount')).toHaveText('1')
    await expect(win.getByTestId('frames').locator('[aria-selected=true]')).toHaveAttribute('data-kind', 'anon')
    await win.getByTestId('frame-owners').locator('[data-owner=mapped]').click()
    await expect(win.getByTestId('space-pages').locator('[data-page="2"]')).toHaveAttribute('aria-selected', 'true')
  })

  test('is walked through and looked at closer with the keyboard', async ({ win }) => {
    await runToStop(win, 1)
    await win.keyboard.press('Control+9')
    await expect(win.getByTestId('frames').locator('[role=option]:focus')).toHaveCount(1)
    await win.keyboard.press('End')
    await expect(win.getByTestId('frames').locator('[role=option]:focus')).toHaveAttribute('data-window', '255')
    await win.keyboard.press('+')
    await expect(win.getByTestId('frames-scale')).toHaveText('2 MiB a cell')
    await win.keyboard.press('End')
    for (const scale of ['256 kB a cell', '32 kB a cell', '4 kB a cell']) {
      await win.keyboard.press('Enter')
      await expect(win.getByTestId('frames-scale')).toHaveText(scale)
      await expect(win.getByTestId('frames').locator('[role=option]:focus')).toHaveCount(1)
    }
    await win.keyboard.press('End')
    await expect(win.getByTestId('frames').locator('[role=option]:focus')).toHaveAttribute('data-window', '1048575')
    await expect(win.getByTestId('frame-pfn')).toHaveText('0x13ffff (1310719)')
    // From the last frame on begins the search for a kind anew.
    await win.getByTestId('frames-table').getByRole('button').click()
    await expect(win.getByTestId('frame-kind')).toHaveText('Page table')
    await expect(win.getByTestId('frames').locator('[aria-selected=true]')).toHaveAttribute('data-kind', 'table')
    await expectAccessible(win)
    await screenshot(win, 'view-physical-frames')
    for (const form of ['zones', 'free'] as const) {
      await win.getByTestId(`physical-form-${form}`).click()
      await expect(win.getByTestId(form === 'zones' ? 'zones' : 'free-lists')).toBeVisible()
      await screenshot(win, `view-physical-${form}`)
      await expectAccessible(win)
    }
  })

  test('has the caches of slabinfo, and every object tells what it is', async ({ win }) => {
    await runToStop(win, 1)
    await win.keyboard.press('F7')
    const said = await fileText(win, 'slab', 'inUse')
    const rows = await readTable(win, 'slabinfo')
    expect(rows.length).toBeGreaterThan(8)
    for (const row of rows) {
      const line = said.split('\n').find((text) => text.startsWith(`${row['name']} `)) ?? ''
      const [, ...numbers] = line.split(':')[0]?.trim().split(/\s+/) ?? []
      const shown = ['activeObjects', 'objects', 'size', 'objectsPerSlab', 'pagesPerSlab'].map((id) => row[id])
      expect([row['name'], ...shown]).toEqual([row['name'], ...numbers])
    }
    await win.getByTestId('slabinfo').locator('[data-key=task_struct] [data-column=name]').click()
    await expect(win.getByTestId('slab-objects').locator('[data-used=true]')).toHaveCount(1)
    await expect(win.getByTestId('slab-object-what')).toHaveText('task_struct of process 13070')
    await expectAccessible(win)
    await screenshot(win, 'view-slab-objects')
    await win.getByTestId('slab-to-frame').click()
    await expect(win.getByTestId('frame-kind')).toHaveText('Slab')
    await win.getByTestId('frame-owners').locator('[data-owner=slab]').click()
    await expect(win.getByTestId('slab-object-what')).toHaveText('task_struct of process 13070')
  })
})

test('in a small window every part has a tab', async ({ app, win }) => {
  await resize(app, win, 960, 540)
  await expect(win.getByTestId('view-timeline')).toBeVisible()
  await win.getByTestId('run').click()
  await expectStop(win, 1)
  for (const view of ['story', 'heap', 'space', 'layers', 'physical', 'slab'] as const) {
    await win.getByTestId(`view-${view}`).click()
    await expect(win.getByTestId(`${view}-panel`)).toBeVisible()
    const cut = await win.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(cut).toBe(0)
    await screenshot(win, `view-${view}-small`)
    await expectAccessible(win)
  }
})
