/** The views that a window shows at first: loaded at once, for each would else be waited for. */
export { default as MappingsView } from './MappingsView.vue'
export { default as ProblemsView } from './ProblemsView.vue'
export { default as ProcessView } from './ProcessView.vue'
export { default as ShellView } from './ShellView.vue'
export { default as SmapsView } from './SmapsView.vue'
export { default as SourceView } from './SourceView.vue'
export { default as TerminalView } from './TerminalView.vue'
export { default as TimelineView } from './TimelineView.vue'
