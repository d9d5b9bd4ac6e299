/** Presenting the lesson that is on: the full screen, the presenter's window, and what both of them may do. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { PresenterMove, Presenting } from '../../../preload/contract.js'
import { filled } from '../derive/lesson.js'
import { useHost } from '../host.js'
import { useLesson } from './lesson.js'

export const usePresentation = defineStore('presentation', () => {
  const { bridge } = useHost()
  const lesson = useLesson()
  const on = ref(false)
  /** The audience sees nothing. */
  const black = ref(false)
  const begun = ref(0)

  const presenting = computed<Presenting | undefined>(() => {
    const { text, step, steps, index, question } = lesson
    if (!on.value || !text || !step) return undefined
    const stops = lesson.stops ?? []
    const right = question?.question.options.find((option) => option.right)
    return {
      lesson: text.title,
      title: step.title,
      step: index + 1,
      steps: steps.length,
      next: steps[index + 1]?.title,
      notes: step.notes.map((note) => filled(note, stops)),
      answer: right && filled(right.spans, stops),
      black: black.value,
      begun: begun.value,
    }
  })
  watch(presenting, (now, before) => {
    if (now || before) void bridge.present(now)
  })
  watch(
    () => lesson.lesson,
    (now) => {
      if (!now) leave()
    },
  )

  function begin(): void {
    if (on.value || !lesson.lesson) return
    black.value = false
    begun.value = Date.now()
    on.value = true
  }
  function leave(): void {
    on.value = black.value = false
  }

  function move(to: PresenterMove): void {
    if (to === 'leave') return leave()
    // Whatever is pressed while the screen is black brings the picture back first.
    if (black.value || to === 'black') black.value = on.value && !black.value
    else void (to === 'next' ? lesson.next() : lesson.back())
  }
  const showNotes = () => void bridge.showNotes()

  return { on, black, presenting, begin, leave, move, showNotes }
})
