/** The timeline as an ECharts option: a pure function of the columns, the colours and the words. */
import type { EChartsCoreOption } from 'echarts/core'
import type { TimelineMarker, TimelineWindow } from '../../../core/protocol/index.js'
import { signed, tidy, timeUnit } from '../derive/format.js'
import {
  drawnSamples,
  labelled,
  points,
  type Sample,
  type ShownSeries,
  type TimelineRange,
} from '../derive/timeline.js'

export interface ChartColours {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly surface: string
  readonly accent: string
  readonly accentInk: string
  readonly anon: string
  readonly file: string
  readonly shmem: string
  readonly dirty: string
  readonly faults: string
  readonly pss: string
  readonly heap: string
  readonly free: string
  readonly ink: string
}

export interface ChartInput {
  readonly window: TimelineWindow
  readonly range: TimelineRange
  readonly from: number
  readonly to: number
  /** The moment that is shown, when the run has got further. */
  readonly present: number | undefined
  /** Subtracted from every value in the range 'main'. */
  readonly base: Sample | undefined
  /** What was free where the range begins: free memory is always drawn as change, or nothing else could be seen beside it. */
  readonly freeBase: number
  readonly shown: ReadonlySet<ShownSeries>
  /** Moments that the reader has named, where they stand. */
  readonly marks: readonly TimelineMark[]
  readonly colours: ChartColours
  readonly fonts: { readonly ui: string; readonly data: string }
  readonly words: Readonly<
    Record<
      'anon' | 'file' | 'shmem' | 'dirty' | 'pss' | 'heap' | 'free' | 'minflt' | 'memoryAxis' | 'faultAxis',
      string
    >
  >
  readonly width: number
  readonly markerName: (marker: TimelineMarker) => string
}

export interface TimelineMark {
  readonly time: number
  readonly label: string
}

/** Room for the axes; the view's own reading line is drawn in the same frame. */
export const CHART_GRID = { left: 58, right: 58, top: 28, bottom: 24 } as const

/** Areas on top of each other. */
const STACKED: readonly ShownSeries[] = ['rssFile', 'rssShmem', 'rssAnon']

export function timelineOption(input: ChartInput): EChartsCoreOption {
  const { window, from, to, base, freeBase, shown, marks, colours: c, fonts, words, width } = input
  // Zoomed in, the labels differ in their last digits only: the unit follows what is in sight.
  const unit = timeUnit(to)
  const labels = { color: c.quiet, fontFamily: fonts.data, fontSize: 11 }
  const value = (v: number) => (base ? (v === 0 ? '0' : signed(tidy(v))) : String(tidy(v)))
  const stacked = drawnSamples(window, STACKED, from, to, width)
  const line = (series: ShownSeries) => {
    const samples = STACKED.includes(series) ? stacked : drawnSamples(window, [series], from, to, width)
    return points(window, series, from, to, samples, series === 'freePages' ? freeBase : base?.[series])
  }
  const grid = { ...CHART_GRID, top: marks.length > 0 ? CHART_GRID.top + MARK_ROW : CHART_GRID.top }

  const area = (name: string, series: ShownSeries, colour: string, decal: object | undefined) => ({
    name,
    id: series,
    type: 'line',
    stack: 'rss',
    step: 'end',
    data: line(series),
    symbol: 'none',
    silent: true,
    lineStyle: { width: 1, color: colour },
    itemStyle: { color: colour, decal },
    areaStyle: { color: colour, opacity: 0.62 },
  })

  /** A line that is a step: a counter holds its value until the next event. */
  const curve = (
    name: string,
    series: ShownSeries,
    colour: string,
    type: 'solid' | readonly number[],
    thick: number,
    yAxisIndex = 0,
  ) => ({
    name,
    id: series,
    type: 'line',
    step: 'end',
    yAxisIndex,
    data: line(series),
    symbol: 'none',
    silent: true,
    lineStyle: { width: thick, color: colour, type },
    itemStyle: { color: colour },
  })
  // Stops and marks belong to no series: they stay when all are hidden.
  const axisMarks = { id: 'marks', type: 'line', data: [], yAxisIndex: 1, silent: true, markLine: markers(input) }

  return {
    animation: false,
    textStyle: { fontFamily: fonts.ui },
    grid: { ...grid, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      min: from,
      // Some air after the last moment, so that its mark does not lie on the axis.
      max: to + Math.max(1000, (to - from) * 0.015),
      axisLabel: {
        ...labels,
        hideOverlap: true,
        showMinLabel: true,
        formatter: (ns: number) => `${tidy(ns / unit.scale)} ${unit.unit}`,
        // The ends of the axis are wherever the run began and is now: seldom round numbers.
        ...(from > 0 ? { showMinLabel: false } : {}),
        showMaxLabel: false,
      },
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { lineStyle: { color: c.line } },
      splitLine: { show: false },
      axisPointer: {
        show: true,
        snap: false,
        label: { show: false },
        lineStyle: { color: c.text, width: 1, type: 'solid' },
      },
    },
    yAxis: [
      {
        type: 'value',
        name: words.memoryAxis,
        nameLocation: 'end',
        nameGap: 11,
        nameTextStyle: { ...labels, fontFamily: fonts.ui, align: 'right', padding: [0, 8, 0, 0] },
        splitNumber: 4,
        minInterval: 1,
        axisLabel: { ...labels, formatter: value },
        splitLine: { lineStyle: { color: c.line } },
      },
      {
        type: 'value',
        name: words.faultAxis,
        nameLocation: 'end',
        nameGap: 11,
        nameTextStyle: { ...labels, fontFamily: fonts.ui, align: 'left', padding: [0, 0, 0, 8] },
        splitNumber: 4,
        minInterval: 1,
        axisLabel: { ...labels, formatter: value },
        splitLine: { show: false },
      },
    ],
    series: [
      area(words.file, 'rssFile', c.file, undefined),
      area(words.shmem, 'rssShmem', c.shmem, decal(c.ink, [4, 0, 1, 0])),
      area(words.anon, 'rssAnon', c.anon, decal(c.ink, [1, 4])),
      curve(words.dirty, 'dirty', c.dirty, 'solid', 2),
      curve(words.pss, 'pss', c.pss, [2, 2], 2),
      curve(words.heap, 'heap', c.heap, [8, 3, 2, 3], 1.5),
      curve(words.free, 'freePages', c.free, [10, 4], 1.5),
      curve(words.minflt, 'minflt', c.faults, [5, 3], 1.5, 1),
    ]
      .filter(({ id }) => shown.has(id))
      .concat(axisMarks as never),
    // Two hundred pixels wide, the chart still has to be a chart.
    ...(width < 320 ? { grid: { ...grid, left: 48, right: 40, outerBoundsMode: 'none' } } : {}),
  }
}

/** Stripes over a kind of memory, so that the kinds are not told apart by hue alone. */
function decal(colour: string, dash: readonly number[]) {
  return { symbol: 'rect', color: colour, dashArrayX: [1, 0], dashArrayY: [...dash], rotation: -Math.PI / 4 }
}

/** Height of the row of named moments above that of the stops. */
const MARK_ROW = 15

function markers(input: ChartInput) {
  const { window, from, to, present, colours: c, fonts, width, markerName } = input
  const inside = window.markers.filter((m) => m.time >= from && m.time <= to)
  const plot = width - CHART_GRID.left - CHART_GRID.right
  const shown = labelled(inside, from, to, plot)
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: c.accent, width: 1, type: 'solid' },
    data: [
      ...presentLine(present, c),
      ...markLines(input, plot),
      ...inside.map((marker, i) => ({
        xAxis: marker.time,
        label: {
          show: shown[i] === true,
          position: 'end',
          distance: 2,
          formatter: markerName(marker),
          color: c.accentInk,
          backgroundColor: c.accent,
          borderRadius: 2,
          padding: [2, 4, 1, 4],
          fontFamily: fonts.ui,
          fontSize: 11,
          fontWeight: 600,
          lineHeight: 12,
          opacity: 1,
        },
      })),
    ],
  }
}

const LONGEST_NAME = 12
const shortened = (label: string): string =>
  [...label].length > LONGEST_NAME ? `${[...label].slice(0, LONGEST_NAME - 1).join('')}…` : label

/** Named moments: dashed, with their names in a row of their own. */
function markLines({ marks, from, to, colours: c, fonts }: ChartInput, plot: number) {
  const inside = marks.filter((mark) => mark.time >= from && mark.time <= to).sort((a, b) => a.time - b.time)
  const named = labelled(inside, from, to, plot, 90)
  return inside.map((mark, i) => ({
    xAxis: mark.time,
    lineStyle: { color: c.text, width: 1.5, type: [4, 3] },
    label: {
      show: named[i] === true,
      position: 'end',
      distance: 2 + MARK_ROW,
      formatter: `⚑ ${shortened(mark.label)}`,
      color: c.text,
      backgroundColor: c.surface,
      borderColor: c.quiet,
      borderWidth: 1,
      borderRadius: 2,
      padding: [1, 4, 0, 4],
      fontFamily: fonts.ui,
      fontSize: 11,
      lineHeight: 12,
      opacity: 1,
    },
  }))
}

/** Where the machine stands, when an earlier moment is shown: broad and without a label, unlike a stop's mark. */
function presentLine(present: number | undefined, { text }: ChartColours) {
  if (present === undefined) return []
  return [{ xAxis: present, lineStyle: { color: text, width: 3, type: 'solid' }, label: { show: false } }]
}
