/** What opens over the window or beside its views, or takes its place. */
import { later } from './later.js'

export const Dialogs = later(() => import('./views/Dialogs.vue').then((part) => part.default))
export const LegendSheet = later(() => import('./components/LegendSheet.vue').then((part) => part.default))
export const LessonPlayer = later(() => import('./views/lessons/LessonPlayer.vue').then((part) => part.default))
export const PresentationView = later(() => import('./views/lessons/PresentationView.vue').then((part) => part.default))
