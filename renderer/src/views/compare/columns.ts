/** The tables of a comparison: which there are, and what stands in their columns. The view and its text read the same. */
import type {
  DiffFieldRow,
  DiffHeapRow,
  DiffLineRow,
  DiffPmapRow,
  DiffPsRow,
  Pair,
} from '../../../../core/protocol/index.js'
import type { GridColumn } from '../../components/grid.js'
import { differenceOf, hasMoved, STATE_SIGN, valueText } from '../../derive/compare.js'
import { codeAt } from '../../derive/story.js'
import { useText } from '../../locales/index.js'

export const SECTIONS = ['readings', 'pmap', 'smaps', 'ps', 'meminfo', 'lines', 'heap'] as const
export type Section = (typeof SECTIONS)[number]

export interface DiffColumn<Row> extends GridColumn {
  readonly text: (row: Row) => string
  /** The difference of two values: in sight where there is one. */
  readonly differs?: (row: Row) => boolean
}

const PAIR_WIDTH = '62px'

export function useDiffColumns(source: () => string) {
  const { t } = useText()

  /** Before, after, difference of one figure. */
  function pairColumns<Row>(
    id: string,
    title: string,
    read: (row: Row) => Pair,
    width = PAIR_WIDTH,
  ): DiffColumn<Row>[] {
    return [
      { id: `${id}-a`, title: `${title} A`, align: 'end', width, text: (row) => valueText(read(row).before) },
      { id: `${id}-b`, title: 'B', align: 'end', width, hint: `${title} B`, text: (row) => valueText(read(row).after) },
      {
        id: `${id}-d`,
        title: '±',
        align: 'end',
        width,
        hint: t('compare.difference', { what: title }),
        text: (row) => differenceOf(read(row)),
        differs: (row) => hasMoved(read(row)),
      },
    ]
  }

  const fieldName = (name: string, section: Section): string =>
    section === 'readings' ? t(`compare.reading.${name as 'rss'}`) : name
  const fields = (section: Section): readonly DiffColumn<DiffFieldRow>[] => [
    {
      id: 'name',
      title: t('compare.field'),
      align: 'start',
      width: 'minmax(150px, 240px)',
      text: (row) => fieldName(row.name, section),
    },
    { id: 'a', title: 'A', align: 'end', width: 'minmax(92px, 150px)', text: (row) => valueText(row.before) },
    { id: 'b', title: 'B', align: 'end', width: 'minmax(92px, 150px)', text: (row) => valueText(row.after) },
    {
      id: 'd',
      title: '±',
      align: 'end',
      width: '92px',
      hint: t('compare.differenceTip'),
      text: differenceOf,
      differs: hasMoved,
    },
    { id: 'unit', title: t('compare.unit'), align: 'start', width: 'minmax(40px, 1fr)', text: (row) => row.unit },
  ]

  const what = <Row extends { readonly state: DiffPmapRow['state'] }>(): DiffColumn<Row> => ({
    id: 'state',
    title: t('compare.what'),
    align: 'start',
    width: '88px',
    text: ({ state }) => (state === 'same' ? '' : `${STATE_SIGN[state]} ${t(`compare.state.${state}`)}`),
    differs: ({ state }) => state !== 'same',
  })

  const pmap: () => readonly DiffColumn<DiffPmapRow>[] = () => [
    { id: 'address', title: 'Address', align: 'start', width: '142px', text: (row) => row.address },
    { id: 'mapping', title: 'Mapping', align: 'start', width: 'minmax(96px, 1fr)', text: (row) => row.mapping.trim() },
    what(),
    ...pairColumns<DiffPmapRow>('kbytes', 'Kbytes', (row) => row.kbytes),
    ...pairColumns<DiffPmapRow>('rss', 'RSS', (row) => row.rss),
    ...pairColumns<DiffPmapRow>('dirty', 'Dirty', (row) => row.dirty),
    {
      id: 'mode',
      title: 'Mode',
      align: 'start',
      width: '92px',
      text: ({ modeBefore: a, modeAfter: b }) => (a === b || a === '' || b === '' ? b || a : `${a}→${b}`),
      differs: ({ modeBefore: a, modeAfter: b }) => a !== b && a !== '' && b !== '',
    },
  ]

  const ps: () => readonly DiffColumn<DiffPsRow>[] = () => [
    { id: 'pid', title: 'PID', align: 'end', width: '64px', text: (row) => String(row.pid) },
    { id: 'command', title: 'COMMAND', align: 'start', width: 'minmax(96px, 1fr)', text: (row) => row.command },
    what(),
    ...pairColumns<DiffPsRow>('majflt', 'MAJFL', (row) => row.majflt),
    ...pairColumns<DiffPsRow>('minflt', 'MINFL', (row) => row.minflt),
    ...pairColumns<DiffPsRow>('vsz', 'VSZ', (row) => row.vsz),
    ...pairColumns<DiffPsRow>('rss', 'RSS', (row) => row.rss),
  ]

  function codeText({ line, functionName }: { readonly line: number; readonly functionName: string }): string {
    if (line === 0) return t('story.beforeMain')
    if (line < 0) return t('story.afterMain')
    return codeAt(source(), line) || functionName
  }
  const line = <Row extends { readonly line: number; readonly functionName: string }>(): DiffColumn<Row>[] => [
    {
      id: 'line',
      title: t('story.line'),
      align: 'end',
      width: '50px',
      text: (row) => (row.line > 0 ? String(row.line) : '–'),
    },
    { id: 'code', title: t('story.code'), align: 'start', width: 'minmax(140px, 1fr)', text: codeText },
  ]
  const lines: () => readonly DiffColumn<DiffLineRow>[] = () => [
    ...line<DiffLineRow>(),
    ...pairColumns<DiffLineRow>('minflt', 'MINFL', (row) => row.minflt),
    ...pairColumns<DiffLineRow>('majflt', 'MAJFL', (row) => row.majflt),
    ...pairColumns<DiffLineRow>('calls', t('story.calls'), (row) => row.calls),
    ...pairColumns<DiffLineRow>('rss', 'RSS', (row) => row.rss),
  ]
  const heap: () => readonly DiffColumn<DiffHeapRow>[] = () => [
    ...line<DiffHeapRow>(),
    { id: 'call', title: t('heap.by'), align: 'start', width: '92px', text: (row) => row.call },
    ...pairColumns<DiffHeapRow>('blocks', t('compare.blocks'), (row) => row.blocks),
    ...pairColumns<DiffHeapRow>('bytes', t('compare.bytes'), (row) => row.bytes, '84px'),
  ]

  /** Rows of the section are what its columns read: the table of the same name in the protocol. */
  function columnsOf(section: Section): readonly DiffColumn<object>[] {
    const columns = {
      readings: () => fields('readings'),
      smaps: () => fields('smaps'),
      meminfo: () => fields('meminfo'),
      pmap,
      ps,
      lines,
      heap,
    }[section]()
    return columns as unknown as readonly DiffColumn<object>[]
  }
  return { columnsOf }
}

/** What names a row of a section. */
export function keyOf(section: Section, row: object): string {
  const key = {
    readings: 'name',
    smaps: 'name',
    meminfo: 'name',
    pmap: 'address',
    ps: 'pid',
    lines: 'key',
    heap: 'key',
  }[section]
  return String((row as Readonly<Record<string, unknown>>)[key])
}
