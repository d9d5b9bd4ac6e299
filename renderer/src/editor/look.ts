/** The editor in the window's own colours: everything is a token, so a change of theme needs no new editor. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: 'var(--text-sm)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-data)', lineHeight: '19px', fontVariantLigatures: 'none' },
  '.cm-content': { padding: '6px 0 24px', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '1.5px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 8px', minWidth: '26px' },
  '.cm-activeLineGutter, .cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine:not(.cm-standing)': { backgroundColor: 'var(--surface-2)' },
  '.cm-standing': {
    backgroundColor: 'var(--accent-tint)',
    boxShadow: 'inset 2px 0 0 var(--accent)',
  },
  '.cm-chosen:not(.cm-standing)': { backgroundColor: 'var(--surface-3)' },
  '.cm-chosen': { outline: '1px solid var(--line-strong)', outlineOffset: '-1px' },
  '.cm-lesson': {
    backgroundColor: 'color-mix(in srgb, var(--warn-tint) 70%, transparent)',
    boxShadow: 'inset 3px 0 0 var(--warn), inset -1px 0 0 var(--warn)',
  },
  '.cm-lesson--first': { borderTop: '1px solid var(--warn)' },
  '.cm-lesson--last': { borderBottom: '1px solid var(--warn)' },
  '.cm-statement': { borderRadius: '2px', boxShadow: 'inset 0 -1px 0 var(--accent)' },
  '.cm-standing-gutter': { width: '14px' },
  '.cm-standing-arrow': { color: 'var(--accent-text)', fontSize: '9px', paddingLeft: '4px' },
  '.cm-squiggle': { textDecoration: 'underline wavy', textUnderlineOffset: '3px', textDecorationSkipInk: 'none' },
  '.cm-squiggle--error': { textDecorationColor: 'var(--danger)', backgroundColor: 'var(--danger-tint)' },
  '.cm-squiggle--warning': { textDecorationColor: 'var(--warn)', backgroundColor: 'var(--warn-tint)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--surface-3)',
    outline: '1px solid var(--line-strong)',
  },
})

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier], color: 'var(--code-keyword)' },
  { tag: [tags.typeName, tags.standard(tags.typeName)], color: 'var(--code-type)' },
  { tag: [tags.string, tags.character, tags.escape], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.processingInstruction, tags.meta], color: 'var(--code-macro)' },
  { tag: tags.function(tags.variableName), color: 'var(--code-function)' },
])

export const look = [theme, syntaxHighlighting(colours)]
