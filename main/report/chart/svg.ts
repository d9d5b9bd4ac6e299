/**
 * The timeline as SVG, the same bytes for the same facts: RSS by kind stacked as steps, Dirty and minor faults as lines,
 * stops as numbered marks. Kinds are told apart by hue and pattern, lines by hue, width and dashes.
 *
 *   legend      ▨ Anonymous  ▢ File ...
 *   kB  ┌──1────2──────┐ faults
 *       │      ▄▄▄█████│
 *       └──────────────┘
 *        0 ns     100 µs
 */
import { signed, tidy, timeUnit } from '../../../core/words/index.js'
import { attribute, escaped } from '../markup.js'
import type { ChartFacts, Steps } from './facts.js'
import { linear, place, ticks, timeTicks } from './scale.js'
import { thinned, type Point } from './steps.js'

/** A token of the window's (renderer/src/styles/tokens.css) as a colour. */
export type Paint = (token: string) => string

export const CHART_SIZE = { width: 720, height: 300 } as const
const PLOT = { left: 58, right: 662, top: 62, bottom: 274 } as const

export interface ChartLook {
  readonly paint: Paint
  readonly uiFont: string
  readonly dataFont: string
  /** Attributes of the root besides its size: what makes a part of a page a file of its own. */
  readonly root?: string
  /** Drawn under everything; nothing where the page has a ground. */
  readonly ground?: string | undefined
}

type Scale = (value: number) => number

/** In the order in which they lie on each other. */
const AREAS = [
  { of: 'file', token: 'page-file-clean', pattern: undefined },
  { of: 'shmem', token: 'page-shared', pattern: 'shmem' },
  { of: 'anon', token: 'page-anon-clean', pattern: 'anon' },
] as const

export function chartSvg(facts: ChartFacts, look: ChartLook): string {
  const { width, height } = CHART_SIZE
  const x = linear(facts.times[0] ?? 0, facts.to, PLOT.left, PLOT.right - 6)
  const bands = stacked(AREAS.map(({ of }) => facts[of]))
  const memory = axis(bands.flatMap(({ low, high }) => [low, high]).concat([facts.dirty.values]))
  const faults = axis([facts.faults.values])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg"${look.root ?? ''} viewBox="0 0 ${width} ${height}" role="img"`,
    ` aria-labelledby="chart-title chart-desc" font-family="${attribute(look.uiFont)}" font-size="11">\n`,
    `<title id="chart-title">${escaped(facts.title)}</title>\n`,
    `<desc id="chart-desc">${escaped(facts.description)}</desc>\n`,
    patterns(look),
    look.ground === undefined ? '' : `<rect width="${width}" height="${height}" fill="${look.ground}"/>\n`,
    legend(facts, look),
    memoryAxis(facts, memory, look),
    faultAxis(facts, faults, look),
    timeAxis(facts, x, look),
    AREAS.map((area, i) => band(area, bands[i]!, facts, x, memory.scale, look)).join(''),
    line(facts.dirty, facts, x, memory.scale, `stroke="${look.paint('chart-dirty')}" stroke-width="2"`),
    line(
      facts.faults,
      facts,
      x,
      faults.scale,
      `stroke="${look.paint('chart-faults')}" stroke-width="1.5" stroke-dasharray="5 3"`,
    ),
    marks(facts, x, look),
    '</svg>\n',
  ].join('')
}

// ---- areas ------------------------------------------------------------------------------------------------------------------

interface Band {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** What grew lies on what grew below it; what shrank hangs from the zero line. */
function stacked(areas: readonly Steps[]): readonly Band[] {
  const above = (areas[0]?.values ?? []).map(() => 0)
  const below = [...above]
  return areas.map(({ values }) => {
    const low: number[] = []
    const high: number[] = []
    values.forEach((value, i) => {
      const side = value < 0 ? below : above
      const from = side[i] ?? 0
      side[i] = from + value
      low.push(Math.min(from, from + value))
      high.push(Math.max(from, from + value))
    })
    return { low, high }
  })
}

function band(
  { token, pattern }: (typeof AREAS)[number],
  { low, high }: Band,
  facts: ChartFacts,
  x: Scale,
  y: Scale,
  { paint }: ChartLook,
): string {
  if (high.every((value, i) => value === low[i])) return ''
  const top = stepPath(points(facts, high, x), facts, x, y)
  // Forth along the top, back along the bottom.
  const bottom = stepPath(points(facts, low, x), facts, x, y)
  const outline = `M${top.join('L')}L${[...bottom].reverse().join('L')}Z`
  const fill = `<path d="${outline}" fill="${paint(token)}" fill-opacity=".75"/>\n`
  const hatch = pattern === undefined ? '' : `<path d="${outline}" fill="url(#chart-${pattern})"/>\n`
  return `${fill}${hatch}<path d="M${top.join('L')}" fill="none" stroke="${paint(token)}"/>\n`
}

function line(steps: Steps, facts: ChartFacts, x: Scale, y: Scale, stroke: string): string {
  const path = stepPath(points(facts, steps.values, x), facts, x, y)
  return `<path d="M${path.join('L')}" fill="none" stroke-linejoin="round" ${stroke}/>\n`
}

const points = (facts: ChartFacts, values: readonly number[], x: Scale): readonly Point[] =>
  thinned(facts.times.map(x), values)

/** "x,y" of every corner: along to where the value changes, then up or down. */
function stepPath(corners: readonly Point[], facts: ChartFacts, x: Scale, y: Scale): readonly string[] {
  const out: string[] = []
  let last: string | undefined
  for (const { x: at, value } of corners) {
    const height = place(y(value))
    if (height === last) continue
    if (last !== undefined) out.push(`${place(at)},${last}`)
    out.push(`${place(at)},${height}`)
    last = height
  }
  if (last !== undefined) out.push(`${place(x(facts.to))},${last}`)
  return out
}

/** Stripes over a kind of memory, so that the kinds are not told apart by hue alone. */
function patterns({ paint }: ChartLook): string {
  const stripes = (id: string, size: number, d: string): string =>
    `<pattern id="chart-${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">` +
    `<path d="${d}" stroke="${paint('ink')}" fill="none"/></pattern>`
  return `<defs>${stripes('anon', 6, 'M-1,7L7,-1M-1,1L1,-1M5,7L7,5')}${stripes('shmem', 5, 'M0,2.5H5')}</defs>\n`
}

// ---- axes -------------------------------------------------------------------------------------------------------------------

interface Axis {
  readonly ticks: readonly number[]
  readonly scale: Scale
}

function axis(columns: readonly (readonly number[])[]): Axis {
  let [low, high] = [0, 1]
  for (const column of columns)
    for (const value of column) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  const marked = ticks(low, high, 4)
  return { ticks: marked, scale: linear(marked[0] ?? 0, marked[marked.length - 1] ?? 1, PLOT.bottom, PLOT.top) }
}

const change = (value: number): string => (value === 0 ? '0' : signed(tidy(value)))

function memoryAxis({ memoryAxis: name }: ChartFacts, { ticks: marked, scale }: Axis, look: ChartLook): string {
  const lines = marked.map((value) => {
    const y = place(scale(value))
    const grid = `<path d="M${PLOT.left},${y}H${PLOT.right}" stroke="${look.paint(value === 0 ? 'line-strong' : 'line')}"/>`
    return `${grid}${label(change(value), PLOT.left - 6, scale(value) + 4, 'end', look)}\n`
  })
  return `${lines.join('')}${title(name, PLOT.left - 6, 'start', look)}`
}

function faultAxis({ faultAxis: name }: ChartFacts, { ticks: marked, scale }: Axis, look: ChartLook): string {
  const labels = marked.map((value) => `${label(change(value), PLOT.right + 6, scale(value) + 4, 'start', look)}\n`)
  return `${labels.join('')}${title(name, PLOT.right + 6, 'end', look)}`
}

function timeAxis({ times, to }: ChartFacts, x: Scale, look: ChartLook): string {
  const unit = timeUnit(to)
  return timeTicks(times[0] ?? 0, to, 7)
    .map((time) => {
      const at = place(x(time))
      const tick = `<path d="M${at},${PLOT.bottom}v4" stroke="${look.paint('line-strong')}"/>`
      return `${tick}${label(`${tidy(time / unit.scale)} ${unit.unit}`, x(time), PLOT.bottom + 17, 'middle', look)}\n`
    })
    .join('')
}

type Anchor = 'start' | 'middle' | 'end'

const label = (text: string, x: number, y: number, anchor: Anchor, { paint, dataFont }: ChartLook): string =>
  `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" font-family="${attribute(dataFont)}" fill="${paint('text-3')}">${escaped(text)}</text>`

/** Beside the highest tick's label, on the outer side of the plot's top. */
function title(text: string, x: number, anchor: Anchor, { paint }: ChartLook): string {
  const at = anchor === 'start' ? 6 : CHART_SIZE.width - 6
  return `<text x="${at}" y="${PLOT.top - 22}" text-anchor="${anchor}" fill="${paint('text-2')}">${escaped(text)}</text>\n`
}

// ---- legend and marks -----------------------------------------------------------------------------------------------------------

function legend(facts: ChartFacts, look: ChartLook): string {
  const { paint } = look
  const square = (token: string, pattern?: string): string =>
    `<rect width="16" height="10" y="-9" fill="${paint(token)}"/>` +
    (pattern === undefined ? '' : `<rect width="16" height="10" y="-9" fill="url(#chart-${pattern})"/>`)
  const stroke = (attributes: string): string => `<path d="M0,-4h18" fill="none" ${attributes}/>`
  const entries = [
    [square('page-anon-clean', 'anon'), facts.anon.name],
    [square('page-file-clean'), facts.file.name],
    [square('page-shared', 'shmem'), facts.shmem.name],
    [stroke(`stroke="${paint('chart-dirty')}" stroke-width="2"`), facts.dirty.name],
    [stroke(`stroke="${paint('chart-faults')}" stroke-width="1.5" stroke-dasharray="5 3"`), facts.faults.name],
  ] as const
  let x = 6
  return entries
    .map(([picture, name]) => {
      const at = x
      x += 40 + widthOf(name)
      return `<g transform="translate(${place(at)},16)">${picture}<text x="23" fill="${paint('text')}">${escaped(name)}</text></g>\n`
    })
    .join('')
}

/** About as wide as the text will be: a Chinese character is as wide as two letters. */
const widthOf = (text: string): number =>
  [...text].reduce((width, char) => width + ((char.codePointAt(0) ?? 0) > 0x2e80 ? 11 : 6.6), 0)

/** Marks that stand too close to be told apart keep their line; only the later one keeps its number. */
function marks({ marks: all }: ChartFacts, x: Scale, { paint }: ChartLook): string {
  let free = Infinity
  return all
    .map(({ time, label: name }) => ({ at: x(time), name, width: widthOf(name) + 9 }))
    .reverse()
    .map(({ at, name, width }) => {
      const centre = Math.min(at, PLOT.right + 2 - width / 2)
      const rule = `<path d="M${place(at)},${PLOT.top - 3}V${PLOT.bottom}" stroke="${paint('accent')}"/>`
      if (centre + width / 2 > free) return `${rule}\n`
      free = centre - width / 2 - 2
      const flag = `<rect x="${place(centre - width / 2)}" y="${PLOT.top - 18}" width="${place(width)}" height="15" rx="2" fill="${paint('accent')}"/>`
      const text = `<text x="${place(centre)}" y="${PLOT.top - 7}" text-anchor="middle" font-weight="600" fill="${paint('accent-ink')}">${escaped(name)}</text>`
      return `${rule}${flag}${text}\n`
    })
    .join('')
}
