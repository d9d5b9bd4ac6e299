import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, shallowRef, type PropType } from 'vue'
import { mountWith } from '../testing/mount.js'
import DataGrid from './DataGrid.vue'
import type { GridColumn } from './grid.js'

interface Row {
  readonly name: string
  readonly kb: number
}
const columns: readonly GridColumn[] = [
  { id: 'name', title: 'Name', align: 'start', width: '100px' },
  { id: 'kb', title: 'kB', align: 'end', width: '60px' },
]
const nothing = () => undefined
const never = () => false

/** A grid that counts how often its cells are drawn. */
async function grid() {
  const rows = shallowRef<readonly Row[]>([
    { name: 'heap', kb: 132 },
    { name: 'stack', kb: 12 },
  ])
  const selected = shallowRef('heap')
  const drawn: string[] = []
  const Cell = defineComponent({
    props: {
      row: { type: Object as PropType<Row>, required: true },
      column: { type: String as PropType<'name' | 'kb'>, required: true },
    },
    setup: ({ row, column }) => {
      return () => {
        drawn.push(`${row.name} ${column}`)
        return String(row[column])
      }
    },
  })
  const { wrapper } = mountWith(
    defineComponent(
      () => () =>
        h(
          DataGrid as never,
          {
            label: 'grid',
            columns,
            total: rows.value.length,
            rowAt: (i: number) => rows.value[i],
            rowKey: (row: Row) => row.name,
            change: nothing,
            isNew: never,
            selected: selected.value,
            selectable: true,
            generation: 0,
            testid: 'grid',
          },
          {
            cell: ({ row, column }: { row: Row; column: 'name' | 'kb' }) =>
              h(Cell, { row, column, key: `${row.name} ${row.kb}` }),
          },
        ),
    ),
  )
  await flushPromises()
  const text = () => wrapper.findAll('[role=gridcell]').map((cell) => cell.text())
  return { rows, selected, drawn, text, wrapper }
}

describe('a grid whose rows come again', () => {
  it('draws the rows that have changed and no others', async () => {
    const { rows, drawn, text } = await grid()
    expect(text()).toEqual(['heap', '132', 'stack', '12'])
    drawn.length = 0
    rows.value = [rows.value[0]!, { name: 'stack', kb: 16 }]
    await flushPromises()
    expect(text()).toEqual(['heap', '132', 'stack', '16'])
    expect(drawn).toEqual(['stack name', 'stack kb'])
  })
  it('shows which row is selected now', async () => {
    const { selected, wrapper } = await grid()
    selected.value = 'stack'
    await flushPromises()
    const rows = wrapper.findAll('[role=row][aria-selected]')
    expect(rows.map((row) => row.attributes('aria-selected'))).toEqual(['false', 'true'])
  })
  it('has as many rows as there are now', async () => {
    const { rows, text } = await grid()
    rows.value = [...rows.value, { name: 'vdso', kb: 8 }]
    await flushPromises()
    expect(text()).toEqual(['heap', '132', 'stack', '12', 'vdso', '8'])
    rows.value = [{ name: 'vdso', kb: 8 }]
    await flushPromises()
    expect(text()).toEqual(['vdso', '8'])
  })
})
