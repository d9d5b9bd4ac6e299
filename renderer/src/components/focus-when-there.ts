/** Focus for lists that draw only what is in sight: an element that is still to be scrolled to gets it when it is drawn. */
import { nextTick, watch, type Ref } from 'vue'

export function useFocusWhenThere(
  scroller: Readonly<Ref<HTMLElement | null>>,
  drawn: Readonly<Ref<unknown>>,
): (selector: string) => void {
  let wanted: string | undefined
  function attempt(): void {
    const element = wanted === undefined ? null : scroller.value?.querySelector<HTMLElement>(wanted)
    if (!element) return
    wanted = undefined
    element.focus({ preventScroll: true })
  }
  watch(drawn, attempt, { flush: 'post' })
  return (selector) => {
    wanted = selector
    void nextTick(attempt)
  }
}
