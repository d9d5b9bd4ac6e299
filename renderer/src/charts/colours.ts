/** The chart's colours, read from the tokens: a canvas knows no custom properties. */
import { nextTick, shallowRef, watch, type ShallowRef } from 'vue'
import { useSettings } from '../stores/settings.js'
import type { ChartColours } from './timeline-option.js'

function read(): ChartColours {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: token('text'),
    quiet: token('text-3'),
    line: token('line'),
    surface: token('surface'),
    accent: token('accent'),
    accentInk: token('accent-ink'),
    anon: token('page-anon-clean'),
    file: token('page-file-clean'),
    shmem: token('page-shared'),
    dirty: token('chart-dirty'),
    faults: token('chart-faults'),
    pss: token('chart-pss'),
    heap: token('chart-heap'),
    free: token('chart-free'),
    ink: token('ink'),
  }
}

export function useChartColours(): Readonly<ShallowRef<ChartColours>> {
  const settings = useSettings()
  const colours = shallowRef(read())
  const refresh = () => void nextTick(() => (colours.value = read()))
  watch([() => settings.theme, () => settings.contrast], refresh, { flush: 'post' })
  return colours
}
