/**
 * The lesson that is on: where its reader is, what she answered, and the window brought to what the step shows. The
 * program that was open before is kept, and put back when the lesson is left.
 */
import { until } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { FigureRef, Lesson, LessonPanel, LessonStop, SavedMark, SavedNote } from '../../../core/protocol/index.js'
import { lastStop } from '../../../core/words/index.js'
import type { InspectorView, Part, SourceFile } from '../../../preload/contract.js'
import {
  addressOf,
  figureAt,
  openQuestion,
  planTo,
  questionKey,
  sceneAt,
  SHOWN,
  type Answers,
  type LessonAction,
  type Scene,
} from '../derive/lesson.js'
import { useDocuments } from './documents.js'
import { useMarks } from './marks.js'
import { usePlaces } from './places.js'
import { useSettings } from './settings.js'
import { useSimulation, type LeftRun } from './simulation.js'
import { useSource } from './source.js'
import { useWindows } from './windows.js'

/** Where a lesson's panels are in the window. */
const PART_OF: Readonly<Record<LessonPanel, Part>> = {
  source: 'source',
  terminal: 'source',
  ps: 'process',
  pmap: 'process',
  smaps: 'smaps',
  story: 'story',
  heap: 'heap',
  space: 'space',
  layers: 'layers',
  physical: 'physical',
  slab: 'slab',
  timeline: 'timeline',
}

/** What comes back when the lesson is left. */
interface Former {
  readonly file: SourceFile
  readonly text: string
  readonly marks: readonly SavedMark[]
  readonly notes: readonly SavedNote[]
  readonly part: Part
  readonly view: InspectorView
  readonly run: LeftRun | undefined
}

export const useLesson = defineStore('lesson', () => {
  const settings = useSettings()
  const source = useSource()
  const simulation = useSimulation()
  const windows = useWindows()
  const places = usePlaces()
  const marks = useMarks()
  const documents = useDocuments()

  const lesson = shallowRef<Lesson>()
  /** The step, from 0. */
  const index = ref(0)
  const answers = shallowRef<Answers>({})
  /** What the text tells of the program's stops; undefined until it is known. */
  const stops = shallowRef<readonly LessonStop[]>()
  /** The furthest stop the lesson has come to. */
  const reached = ref(0)
  /** The window is being brought to the step. */
  const moving = ref(false)
  const lines = shallowRef<Scene['lines']>()
  const zoom = shallowRef<Scene['zoom']>()
  /** The program of the lesson as a file, and what was in the editor and in sight before. */
  let own: SourceFile | undefined
  let former: Former | undefined
  let shown: Scene | undefined
  let turn = 0

  const text = computed(() => lesson.value?.texts[settings.locale])
  const steps = computed(() => text.value?.steps ?? [])
  const step = computed(() => steps.value[index.value])
  const scene = computed(() => (step.value ? sceneAt(steps.value, index.value, answers.value) : undefined))
  const question = computed(() => step.value && openQuestion(step.value, index.value, answers.value))
  const last = computed(() => index.value === steps.value.length - 1)
  const edited = computed(() => lesson.value !== undefined && source.text !== lesson.value.program.source)
  /** The program does not stand where the step is. */
  const astray = computed(
    () =>
      scene.value !== undefined &&
      !moving.value &&
      !edited.value &&
      simulation.phase === 'open' &&
      simulation.standing !== scene.value.stop,
  )
  /** Stops that the program does not come to, though the lesson goes on to them. */
  const missing = computed(() => {
    const wanted = lastStop(steps.value)
    return stops.value && !simulation.broken && stops.value.length < wanted
      ? { wanted, found: stops.value.length }
      : undefined
  })

  // ---- beginning and leaving --------------------------------------------------------------------------------------

  /**
   * What is unsaved is asked about first.
   * @param begun called when the lesson is on; its program may still be on its way
   */
  async function begin(next: Lesson, begun?: () => void): Promise<void> {
    if (!(await documents.mayLeave())) return
    const run = former ? former.run : await simulation.leaveOff()
    former ??= {
      ...{ file: source.file, text: source.text, marks: marks.marks, notes: marks.notes },
      ...{ part: places.part, view: places.view, run },
    }
    lesson.value = next
    index.value = reached.value = 0
    answers.value = {}
    stops.value = shown = undefined
    own = { path: '', name: next.program.name, text: next.program.source }
    source.show(own)
    simulation.lent = { profile: next.profile, seed: next.seed }
    begun?.()
    await perform(true)
  }

  /** @param keep the program stays as the student has changed it; else the former one comes back */
  async function leave(keep = false): Promise<void> {
    const before = former
    end()
    if (!keep && before) {
      source.show(before.file)
      source.text = before.text
      marks.replace(before)
      places.open(before.view)
      places.open(before.part)
    }
    const run = keep ? undefined : before?.run
    await (run && isOf(before, run) ? simulation.comeBack(run) : simulation.load())
  }

  /** A program that was changed and is in no session starts as it is now. */
  const isOf = (file: Former | undefined, { request }: LeftRun): boolean =>
    file?.file.session !== undefined || file?.text === request.source

  function end(): void {
    turn++
    lesson.value = stops.value = simulation.lent = lines.value = zoom.value = undefined
    own = former = shown = undefined
    moving.value = false
    windows.release()
  }

  // Another program was opened: the lesson is over, and what was before it does not come back.
  watch(
    () => source.file,
    (file) => {
      if (lesson.value && file !== own) end()
    },
    { flush: 'sync' },
  )

  // ---- going through it -------------------------------------------------------------------------------------------

  async function goTo(wanted: number): Promise<void> {
    if (edited.value || wanted < 0 || wanted >= steps.value.length) return
    index.value = wanted
    await perform()
  }
  const back = () => goTo(index.value - 1)
  /** On; at an open question this shows its answer. */
  const next = () => (question.value ? answer(SHOWN) : goTo(index.value + 1))

  async function answer(option: number): Promise<void> {
    if (!question.value || edited.value || option >= question.value.question.options.length) return
    answers.value = { ...answers.value, [questionKey(index.value, question.value.part)]: option }
    await perform()
  }

  /** The program is as the lesson has it again, and stands where the step is. */
  async function bringBack(): Promise<void> {
    if (!lesson.value) return
    source.text = lesson.value.program.source
    shown = undefined
    await perform()
  }

  // ---- the window -------------------------------------------------------------------------------------------------

  /** Brings the window to the scene. A later call overtakes: what it began is left where it is. */
  async function perform(anew = false): Promise<void> {
    const mine = ++turn
    moving.value = true
    await simulation.idle()
    if (mine === turn && (anew || !isLoaded())) await simulation.load()
    const goal = scene.value
    const plan = goal ? planTo(goal, shown, simulation.standing) : []
    shown = undefined
    for (const action of plan) if (mine === turn) await carryOut(action, mine)
    // After the machine that is shown: it goes first.
    void seeStops()
    if (mine !== turn) return
    shown = goal
    moving.value = false
  }

  function isLoaded(): boolean {
    const { loaded } = simulation
    return loaded?.source === lesson.value?.program.source && loaded?.profile === lesson.value?.profile
  }

  let seeing: Lesson | undefined
  async function seeStops(): Promise<void> {
    const of = lesson.value
    if (!of || stops.value || seeing === of || !isLoaded()) return
    seeing = of
    const reply = await simulation.api?.lessonStops(lastStop(steps.value))
    seeing = undefined
    if (of !== lesson.value) return
    if (reply?.ok) stops.value = reply.value
    // Started anew meanwhile.
    else if (reply?.error.code === 'busy') await seeStops()
  }

  async function carryOut(action: LessonAction, mine: number): Promise<void> {
    switch (action.do) {
      case 'highlight':
        lines.value = action.lines
        return
      case 'open':
        return places.open(PART_OF[action.panel])
      case 'go':
        if (await simulation.toStop(action.stop)) reached.value = Math.max(reached.value, action.stop)
        return
      case 'zoom':
        zoom.value = action.zoom
        return
      case 'select':
        return select(action.mapping, mine)
    }
  }

  async function select(mapping: Scene['mapping'], mine: number): Promise<void> {
    if (mapping === undefined) return windows.release()
    void seeStops()
    await until(stops).toMatch((known) => known !== undefined)
    if (mine !== turn) return
    const address = addressOf(mapping, scene.value?.stop ?? 0, stops.value ?? [])
    if (address === undefined) windows.release()
    else windows.choose(address)
  }

  /** undefined: not to be told yet. */
  const figure = (ref: FigureRef, early: boolean): number | undefined =>
    figureAt(ref, stops.value ?? [], early ? Infinity : reached.value)

  return {
    ...{ lesson, text, steps, index, step, scene, question, answers, last, stops, moving, lines, zoom },
    ...{ edited, astray, missing },
    ...{ begin, leave, goTo, back, next, answer, bringBack, figure },
  }
})
