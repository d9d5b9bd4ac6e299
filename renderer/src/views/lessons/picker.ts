/** The lessons to choose from: whether they are shown, what there is, and what was wrong with a folder. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Lesson } from '../../../../core/protocol/index.js'
import type { OpenedLesson } from '../../../../preload/contract.js'
import { useHost } from '../../host.js'
import { useLesson } from '../../stores/lesson.js'
import { usePresentation } from '../../stores/presentation.js'

export const useLessonPicker = defineStore('lesson-picker', () => {
  const { bridge } = useHost()
  const lesson = useLesson()
  const presentation = usePresentation()
  const shown = ref(false)
  const lessons = shallowRef<readonly Lesson[]>([])
  /** A lesson from a folder, listed with the others. */
  const own = shallowRef<Lesson>()
  const refused = shallowRef<Extract<OpenedLesson, { ok: false }>>()

  function show(): void {
    refused.value = undefined
    shown.value = true
    if (lessons.value.length === 0) void list()
  }
  async function list(): Promise<void> {
    lessons.value = await bridge.lessons()
  }

  async function openFolder(): Promise<void> {
    const opened = await bridge.openLesson()
    if (opened) take(opened)
  }

  /** A folder's lesson is shown before it is begun; what is wrong with it, too. */
  function take(opened: OpenedLesson): void {
    show()
    if (opened.ok) own.value = opened.lesson
    else refused.value = opened
  }

  async function begin(chosen: Lesson, present = false): Promise<void> {
    shown.value = false
    await lesson.begin(chosen, present ? presentation.begin : undefined)
  }

  return { shown, lessons, own, refused, show, openFolder, take, begin }
})
