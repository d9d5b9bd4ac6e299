/** A report as Markdown: read-outs as the tools print them, tables where there is no such text. No HTML in it. */
import {
  cellChange,
  cellText,
  type Block,
  type Cell,
  type Chapter,
  type Column,
  type Document,
  type Table,
} from './document.js'
import { visible } from './markup.js'

export function markdownOf({ title, subtitle, facts, chapters }: Document): string {
  const head = facts.map(({ name, value }) => `- **${inline(name)}**: ${inline(value)}\n`)
  return [
    `# ${inline(title)}\n\n${inline(subtitle)}\n\n${head.join('')}`,
    ...chapters.filter(isText).map((chapter) => chapterText(chapter, '##')),
  ].join('\n')
}

/** A picture cannot stand in the text; the readings tell the same. */
const isText = ({ blocks }: Chapter): boolean => blocks.every(({ kind }) => kind !== 'chart')

function chapterText({ title, blocks, chapters = [] }: Chapter, mark: string): string {
  const parts = [...blocks.map(blockText), ...chapters.map((chapter) => chapterText(chapter, `${mark}#`))]
  return [`${mark} ${inline(title)}\n`, ...parts.filter((part) => part !== '')].join('\n')
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `${inline(block.text)}\n`
    case 'note':
      return [`**${inline(block.title)}**`, ...block.paragraphs.map(inline)].map((line) => `> ${line}\n`).join('>\n')
    case 'table':
      return tableText(block)
    case 'readout':
      return fenced(`$ ${block.command}\n${block.text}`, 'console')
    case 'text':
      return fenced(block.text, 'text')
    case 'commands':
      return fenced(block.lines.join('\n'), 'sh')
    case 'source':
      return fenced(block.lines.map(({ text }) => text).join('\n'), 'c')
    case 'chart':
      return ''
  }
}

/** What could begin something is escaped; a line break stays a space. */
export const inline = (text: string): string =>
  visible(text)
    .replace(/[\\`*_[\]<>#|~&@]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ')
    // At the beginning of a line these make a list or a rule.
    .replace(/^(\s*)([-+=])(?=\s|$|[-=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')

// ---- tables -----------------------------------------------------------------------------------------------------------------

const RULE: Readonly<Record<Column['kind'], string>> = { number: '---:', text: ':---', code: ':---' }

function tableText({ caption, columns, rows, foot, remark }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  const body = foot ? [...rows, foot] : rows
  return [
    `${inline(caption)}\n\n`,
    line(columns.map(({ title }) => inline(title))),
    line(columns.map(({ kind }) => RULE[kind])),
    ...body.map((cells) => line(cells.map(cellOf))),
    remark === undefined ? '' : `\n${inline(remark)}\n`,
  ].join('')
}

function cellOf(cell: Cell): string {
  const change = cellChange(cell)
  return inline(change === '' ? cellText(cell) : `${cellText(cell)} (${change})`)
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${visible(text).replace(/\n$/, '')}\n${fence}\n`
}
