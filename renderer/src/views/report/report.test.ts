import { describe, expect, it } from 'vitest'
import type { ReportPart } from '../../../../core/protocol/index.js'
import { useSimulation } from '../../stores/simulation.js'
import { mountWith, settle } from '../../testing/mount.js'
import { outlineOf } from './outline.js'
import ReportDialog from './ReportDialog.vue'
import { useReport } from './report.js'

async function opened() {
  const world = mountWith(ReportDialog)
  const simulation = useSimulation()
  await simulation.connect()
  await simulation.run('stop')
  await simulation.run('stop')
  const report = useReport()
  await report.show()
  await settle()
  const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
  const checks = (id: string) => [...find(id)!.querySelectorAll<HTMLInputElement>('input')]
  return { ...world, simulation, report, find, checks }
}

describe('the dialog of a report', () => {
  it('offers main, every stop so far and every part, and the program’s name as title', async () => {
    const { find, checks, wrapper } = await opened()
    expect(checks('report-moments').map((box) => [box.dataset['value'], box.checked])).toEqual([
      ['main', true],
      ['stop 0', true],
      ['stop 1', true],
    ])
    expect((find('report-title') as HTMLInputElement).value).toBe('mmap-demo.c')
    expect(
      checks('report-parts')
        .filter((box) => !box.checked)
        .map((box) => box.dataset['value']),
    ).toEqual(['heap'])
    expect(find('report-outline')!.textContent).toContain('Stop 2')
    wrapper.unmount()
  })

  it('asks for a place, gathers, writes what was chosen and says where it is', async () => {
    const { find, checks, report, exported, wrapper } = await opened()
    checks('report-moments')[1]!.click()
    await settle()
    expect(report.chosen.map(({ key }) => key)).toEqual(['main', 'stop 1'])
    find('report-export')!.click()
    await settle()
    expect(exported).toEqual(['pdf mmap-demo.c', 'print mmap-demo.c'])
    expect([report.shown, report.saved?.name]).toEqual([false, 'mmap-demo.c.pdf'])
    report.showSaved()
    expect(exported.at(-1)).toBe('show place')
    wrapper.unmount()
  })

  it('makes nothing of no moment', async () => {
    const { find, wrapper } = await opened()
    find('report-moments-none')!.click()
    await settle()
    expect((find('report-export') as HTMLButtonElement).disabled).toBe(true)
    wrapper.unmount()
  })

  it('saves the terminal alone', async () => {
    const { report, exported, wrapper } = await opened()
    await report.exportAlone('txt', 'txt')
    expect(exported).toEqual(['txt mmap-demo.c', 'txt '])
    wrapper.unmount()
  })
})

it('the outline has the chapters in the report’s order', () => {
  const parts = new Set<ReportPart>(['source', 'pmap', 'timeline', 'changes'])
  const moments = [
    { key: 'main', moment: { at: 'main' as const } },
    { key: 'end', moment: { at: 'end' as const } },
  ]
  expect(
    outlineOf(moments, parts, true).map((entry) =>
      entry.kind === 'moment' ? [entry.chosen.key, ...entry.parts] : entry.kind === 'part' ? entry.part : entry.kind,
    ),
  ).toEqual(['notes', 'timeline', ['main', 'pmap'], ['end', 'changes', 'pmap'], 'source'])
})
