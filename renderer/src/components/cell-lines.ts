/**
 * Cells side by side in lines as wide as their scroller: how many fit in a line, which lines are in sight, and where a
 * key leads. However many there are, only those in sight are drawn.
 */
import { useElementSize, useScroll } from '@vueuse/core'
import { computed, type Ref } from 'vue'
import { MOST_ROWS } from '../../../core/protocol/index.js'
import { drawnLines, scrolledHeight, scrollTo, type LineExtent } from '../derive/scaled-lines.js'
import type { Span } from '../stores/windows.js'

const WIDEST = 64

interface Shape {
  /** Side of a cell, and what of a line's width is for something else, in pixels. */
  readonly cell: number
  readonly beside: number
  readonly fewest: number
}

export function useCellLines(
  scroller: Readonly<Ref<HTMLElement | null>>,
  count: Readonly<Ref<number>>,
  { cell, beside, fewest }: Shape,
) {
  const { width, height } = useElementSize(scroller)
  const { y } = useScroll(scroller)
  const across = computed(() => Math.max(fewest, Math.min(WIDEST, Math.floor(((width.value || 400) - beside) / cell))))
  const extent = computed<LineExtent>(() => ({
    lines: Math.ceil(count.value / across.value),
    height: cell,
    view: height.value || 200,
  }))
  const drawn = computed(() => drawnLines(extent.value, y.value))
  const lines = computed(() => Array.from({ length: drawn.value.count }, (_, i) => drawn.value.first + i))
  /** What to ask for. */
  const span = computed<Span>(() => ({
    from: drawn.value.first * across.value,
    count: Math.min(MOST_ROWS, drawn.value.count * across.value),
  }))
  /** In cells. */
  const screenful = computed(() => Math.max(1, Math.floor(extent.value.view / cell) - 1) * across.value)

  const indicesOf = (line: number) => Array.from({ length: across.value }, (_, i) => line * across.value + i)
  const lineOf = (index: number) => Math.floor(index / across.value)
  function reveal(index: number): void {
    const to = scrollTo(extent.value, y.value, lineOf(index))
    if (to !== undefined && scroller.value) scroller.value.scrollTop = to
  }
  const after = (key: string, at: number): number | undefined =>
    cellAfter(key, { at, count: count.value, across: across.value, screenful: screenful.value })
  return {
    ...{ across, lines, span, indicesOf, lineOf, reveal, after },
    /** Pixels: height of what is scrolled, and where in it the first drawn line stands. */
    height: computed(() => scrolledHeight(extent.value)),
    top: computed(() => drawn.value.top),
    view: computed(() => extent.value.view),
  }
}

interface Cells {
  readonly at: number
  readonly count: number
  readonly across: number
  /** In cells; where all are in sight, the keys for it lead nowhere. */
  readonly screenful?: number
}

/** The cell that a key leads to; undefined for keys that are not theirs. It never leaves them. */
export function cellAfter(key: string, { at, count, across, screenful }: Cells): number | undefined {
  const to: Readonly<Record<string, number | undefined>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + across,
    ArrowUp: at - across,
    PageDown: screenful && at + screenful,
    PageUp: screenful && at - screenful,
    Home: 0,
    End: count - 1,
  }
  const wanted = to[key]
  return wanted === undefined ? undefined : Math.max(0, Math.min(count - 1, wanted))
}
