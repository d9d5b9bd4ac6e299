/**
 * A report as one HTML file that stands alone: no script, nothing fetched, everything in it escaped, and a policy in its
 * head that says so to the browser. `print` is the same for the application's own PDF, with its fonts.
 */
import { CHART_SIZE, chartSvg } from './chart/svg.js'
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
import { DATA_FONT, UI_FONT } from './fonts.js'
import { attribute, escaped } from './markup.js'
import { PAGE_STYLE } from './page-style.js'

/** Where the application serves its fonts to the page that becomes a PDF. */
export const FONT_SHEET = '/fonts.css'

const ALONE = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`
const PRINTED = `default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; base-uri 'none'; form-action 'none'`

/** A browser's own print: numbered pages. The application prints its own numbers. */
const PAGES = `@page { margin: 16mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }`

export function htmlOf(document: Document, printed = false): string {
  const { language, title, subtitle, facts, words, chapters } = document
  const furniture = { asPrinted: words.asPrinted }
  return [
    '<!doctype html>\n',
    `<html lang="${attribute(language)}">\n<head>\n<meta charset="utf-8">\n`,
    `<meta http-equiv="Content-Security-Policy" content="${attribute(printed ? PRINTED : ALONE)}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="Pagewalk">\n',
    `<title>${escaped(title)}</title>\n`,
    printed ? `<link rel="stylesheet" href="${FONT_SHEET}">\n` : '',
    `<style>${PAGE_STYLE}${printed ? '' : PAGES}</style>\n</head>\n<body>\n`,
    `<header>\n<p class="over">${escaped(subtitle)}</p>\n<h1>${escaped(title)}</h1>\n<dl class="facts">\n`,
    ...facts.map(({ name, value }) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>\n`),
    '</dl>\n</header>\n',
    contents(chapters, words.contents),
    '<main>\n',
    ...chapters.map((chapter) => chapterHtml(chapter, 2, furniture)),
    '</main>\n</body>\n</html>\n',
  ].join('')
}

interface Furniture {
  readonly asPrinted: string
}

function contents(chapters: readonly Chapter[], heading: string): string {
  const entries = chapters.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>\n`)
  return `<nav aria-labelledby="contents">\n<h2 id="contents">${escaped(heading)}</h2>\n<ol>\n${entries.join('')}</ol>\n</nav>\n`
}

function chapterHtml({ id, title, blocks, chapters = [] }: Chapter, level: 2 | 3, furniture: Furniture): string {
  const inner = [
    ...blocks.map((block) => blockHtml(block, furniture)),
    ...chapters.map((c) => chapterHtml(c, 3, furniture)),
  ]
  // A landmark for each chapter, whose titles differ; what is in them repeats from moment to moment.
  const named = level === 2 ? ` aria-labelledby="${id}"` : ''
  return `<section${named}>\n<h${level} id="${id}">${escaped(title)}</h${level}>\n${inner.join('')}</section>\n`
}

function blockHtml(block: Block, furniture: Furniture): string {
  switch (block.kind) {
    case 'paragraph':
      return paragraph(block.text)
    case 'note':
      return `<div class="note" role="note"><strong>${escaped(block.title)}</strong>\n${block.paragraphs.map(paragraph).join('')}</div>\n`
    case 'table':
      return tableHtml(block)
    case 'readout':
      return readoutHtml(block, furniture)
    case 'text':
      return `<pre tabindex="0" role="group" aria-label="${attribute(block.label)}">${preformatted(block.text)}</pre>\n`
    case 'commands':
      return `<pre>${block.lines.map((line) => escaped(line)).join('\n')}</pre>\n`
    case 'source':
      return sourceHtml(block)
    case 'chart':
      return `<figure>\n${chartSvg(block.facts, INLINE)}</figure>\n`
  }
}

const INLINE = {
  paint: (token: string) => `var(--${token})`,
  uiFont: UI_FONT,
  dataFont: DATA_FONT,
  root: ` width="${CHART_SIZE.width}" height="${CHART_SIZE.height}"`,
}

const paragraph = (text: string): string => `<p>${escaped(text).replaceAll('\n', '<br>')}</p>\n`

/** A first line that is empty would be swallowed after <pre>. */
const preformatted = (text: string): string => `\n${escaped(text)}`

// ---- tables -----------------------------------------------------------------------------------------------------------------

const CLASS: Readonly<Record<Column['kind'], string>> = { number: 'n', text: 'w', code: 'c' }

function tableHtml({ caption, columns, rows, foot, remark }: Table): string {
  const head = columns.map(({ title, kind }) => `<th scope="col" class="${CLASS[kind]}">${escaped(title)}</th>`)
  const body = rows.map((cells) => `<tr>${cells.map((cell, i) => cellHtml(cell, columns[i])).join('')}</tr>\n`)
  return [
    `<div class="scroll" tabindex="0" role="group" aria-label="${attribute(caption)}">\n<table>\n`,
    `<caption>${escaped(caption)}</caption>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('')}</tbody>\n`,
    foot ? `<tfoot><tr>${foot.map((cell, i) => cellHtml(cell, columns[i])).join('')}</tr></tfoot>\n` : '',
    '</table>\n</div>\n',
    remark === undefined ? '' : `<p class="remark">${escaped(remark)}</p>\n`,
  ].join('')
}

function cellHtml(cell: Cell, column: Column | undefined): string {
  const change = cellChange(cell)
  const moved = change === '' ? '' : `<span class="d">${escaped(change)}</span>`
  return `<td class="${CLASS[column?.kind ?? 'text']}">${escaped(cellText(cell))}${moved}</td>`
}

function readoutHtml({ command, text, table }: Extract<Block, { kind: 'readout' }>, { asPrinted }: Furniture): string {
  const printed = `<details><summary>${escaped(asPrinted)}: <span class="command">${escaped(command)}</span></summary>\n`
  return `${tableHtml(table)}${printed}<pre class="tool" tabindex="0">${preformatted(text)}</pre></details>\n`
}

function sourceHtml({ label, lines }: Extract<Block, { kind: 'source' }>): string {
  const items = lines.map(({ number, text, mark }) => {
    const here = mark === '' ? '' : `\n<em>◀ ${escaped(mark)}</em>`
    return `<li${mark === '' ? '' : ' class="here"'}><span class="no">${number}</span><code>${escaped(text)}${here}</code></li>\n`
  })
  return `<ol class="source" aria-label="${attribute(label)}">\n${items.join('')}</ol>\n`
}
