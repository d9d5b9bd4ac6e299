/** The views as the window has them: their panels are there from its first frame, with their names; they come after it. */
import { frame, later } from '../later.js'
import { processHeight } from './process-height.js'

const inSight = () => import('./in-sight.js')

export const SourceView = later(() => inSight().then((views) => views.SourceView), frame('source.title'))
export const TerminalView = later(() => inSight().then((views) => views.TerminalView))
export const ShellView = later(() => inSight().then((views) => views.ShellView))
export const ProblemsView = later(() => inSight().then((views) => views.ProblemsView))
export const ProcessView = later(
  () => inSight().then((views) => views.ProcessView),
  frame('ps.title', processHeight(1)),
)
export const MappingsView = later(() => inSight().then((views) => views.MappingsView), frame('pmap.title'))
export const SmapsView = later(() => inSight().then((views) => views.SmapsView), frame('smaps.title'))
export const TimelineView = later(() => inSight().then((views) => views.TimelineView), frame('timeline.title'))

export const StoryView = later(() => import('./StoryView.vue').then((view) => view.default), frame('story.title'))
export const HeapView = later(() => import('./HeapView.vue').then((view) => view.default), frame('heap.title'))
export const SpaceView = later(() => import('./SpaceView.vue').then((view) => view.default), frame('space.title'))
export const LayersView = later(() => import('./LayersView.vue').then((view) => view.default), frame('layers.title'))
export const PhysicalView = later(
  () => import('./physical/PhysicalView.vue').then((view) => view.default),
  frame('physical.title'),
)
export const SlabView = later(() => import('./slab/SlabView.vue').then((view) => view.default), frame('slab.title'))
export const CompareView = later(
  () => import('./compare/CompareView.vue').then((view) => view.default),
  frame('compare.title'),
)
