/** What of the timeline is in sight, and how the wheel, the pointer and the keys change it. */
import { computed, shallowRef, type Ref } from 'vue'
import {
  between,
  isWhole,
  pan,
  PAN_STEP,
  wheelFactor,
  within,
  zoomAt,
  ZOOM_STEP,
  type Stretch,
} from '../../derive/zoom.js'

interface Turn {
  readonly at: number
  readonly deltaX: number
  readonly deltaY: number
}

/**
 * @param now the moment at which keys and buttons zoom, if it is in sight
 * @param width of the chart, in pixels
 */
export function useZoom(extent: Readonly<Ref<Stretch>>, now: Readonly<Ref<number>>, width: Readonly<Ref<number>>) {
  /** undefined: all there is, also when there comes more. */
  const zoomed = shallowRef<Stretch>()
  const stretch = computed(() => (zoomed.value ? within(zoomed.value, extent.value) : extent.value))

  function show(next: Stretch): void {
    zoomed.value = isWhole(next, extent.value) ? undefined : next
  }
  const whole = () => (zoomed.value = undefined)
  const panBy = (part: number) => show(pan(stretch.value, extent.value, part))
  const brush = (a: number, b: number) => show(between(a, b, extent.value))
  const zoomBy = (factor: number, at: number) => show(zoomAt(stretch.value, extent.value, factor, at))
  function centre(): number {
    const { from, to } = stretch.value
    return now.value >= from && now.value <= to ? now.value : (from + to) / 2
  }
  const zoomIn = () => zoomBy(ZOOM_STEP, centre())
  const zoomOut = () => zoomBy(1 / ZOOM_STEP, centre())
  function turn({ at, deltaX, deltaY }: Turn): void {
    if (Math.abs(deltaX) > Math.abs(deltaY)) panBy(deltaX / width.value)
    else zoomBy(wheelFactor(deltaY), at)
  }

  const KEYS: Readonly<Record<string, () => void>> = {
    '+': zoomIn,
    '=': zoomIn,
    '-': zoomOut,
    '0': whole,
    ArrowLeft: () => panBy(-PAN_STEP),
    ArrowRight: () => panBy(PAN_STEP),
    Home: () => panBy(-Infinity),
    End: () => panBy(Infinity),
  }
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const act = KEYS[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }
  return { zoomed, stretch, whole, zoomIn, zoomOut, panBy, brush, turn, onKey }
}
