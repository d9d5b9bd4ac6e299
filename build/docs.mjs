#!/usr/bin/env node
// npm run docs: writes what can be known from the code.
//   FIDELITY.md       from the @mm and @glibc tags of core/: what is modelled after which function, and what is left out
//   ARCHITECTURE.md   the import table, between its markers
// --check writes nothing and fails when either is stale.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { inside, table } from './import-table.mjs'
import { at } from './run.mjs'

/**
 * @typedef {object} Tag
 * @property {'mm' | 'glibc'} kind
 * @property {string} name the kernel's or glibc's function
 * @property {string} source its file
 * @property {string} modelled
 * @property {string} leftOut
 * @property {string} file ours
 * @property {string} symbol what the comment stands before, when that can be told
 */

const COMMENT = /\/\*\*([\s\S]*?)\*\/(?=[ \t]*\n?([^\n]*))/g
/** A tag, and after a comma further functions that the same text is about. Sources end in .c, .h or .S. */
const TAG = /^(mm|glibc)\s+((?:\S+\s+[^\s,]+\.[chS](?:,\s+)?)+)\.?\s*(.*)$/s
const LEFT_OUT = /\bleft out:\s*/i
const DECLARATION =
  /^\s*(?:(?:export|default|async|declare|abstract|static|readonly|private|protected|public|override|get|set)\s+)*(?:function\*?|class|interface|const|let|type)?\s*([\w$]+)\s*[<(=:{]?/

/** A comment as plain text, without tags that are not ours and what belongs to them. @param {string} body */
function plain(body) {
  const lines = body.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trim())
  let ours = true
  return lines
    .filter((line) => (ours = line.startsWith('@') ? /^@(mm|glibc)\s/.test(line) : ours))
    .join(' ')
    .trim()
}

/** @param {string} text */
function split(text) {
  const [modelled = '', ...leftOut] = text.split(LEFT_OUT)
  return { modelled: modelled.trim(), leftOut: leftOut.join(' ').trim() }
}

/**
 * The tags of one file, in order. What is modelled is said after a tag, or before the first one for all of them;
 * from `Left out:` on it is said what is not.
 * @param {string} text
 * @param {string} file
 * @returns {Tag[]}
 */
export function readTags(text, file) {
  return [...text.matchAll(COMMENT)].flatMap(([, body = '', after = '']) => {
    const [before = '', ...pieces] = plain(body).split(/@(?=(?:mm|glibc)\s)/)
    const general = split(before)
    const symbol = DECLARATION.exec(after)?.[1] ?? ''
    return pieces.flatMap((piece) => {
      const match = TAG.exec(piece)
      if (!match) throw new Error(`${file}: cannot read "@${piece.trim()}"; write @mm FUNCTION FILE`)
      const [, kind, functions = '', rest = ''] = match
      const own = split(rest.replace(/^[-–—:]\s*/, ''))
      // "(the read side)" narrows what was said before; a sentence replaces it.
      const modelled =
        !own.modelled || own.modelled.startsWith('(') ? `${general.modelled} ${own.modelled}`.trim() : own.modelled
      const leftOut = own.leftOut || general.leftOut
      return functions.split(/,\s+/).map((pair) => {
        const [name = '', source = ''] = pair.trim().split(/\s+/)
        return {
          kind: kind === 'mm' ? /** @type {const} */ ('mm') : /** @type {const} */ ('glibc'),
          name,
          source,
          modelled,
          leftOut,
          file,
          symbol,
        }
      })
    })
  })
}

/** @param {string} folder @returns {string[]} */
const sources = (folder) =>
  fs
    .readdirSync(at(folder), { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? sources(`${folder}/${e.name}`) : [`${folder}/${e.name}`]))
    .filter((f) => f.endsWith('.ts') && !/\.(test|bench|d)\.ts$/.test(f))
    .sort()

const cell = (/** @type {string} */ text) => text.replace(/\{@link ([^}]+)\}/g, '`$1`').replaceAll('|', '\\|')

/** @param {readonly Tag[]} tags */
export function fidelity(tags) {
  const folders = [...new Set(tags.map((t) => path.posix.dirname(t.file)))].sort()
  const lines = [
    '# What is modelled, and what is not',
    '',
    '<!-- Written by `npm run docs` from the @mm and @glibc tags in core/. Do not edit. -->',
    '',
    'Each row is a function of the Linux kernel or of glibc whose behaviour a function here follows. Names, behaviour and',
    'numbers are theirs; the code is our own. What is left out is said in the last column; a kernel function that is in no',
    'row is not modelled at all.',
    '',
    tags.length === 1 ? 'One function so far.' : `${tags.length} functions, by folder:`,
    '',
    ...folders.map((f) => `- [${f}](#${f.replaceAll('/', '')})`),
  ]
  for (const folder of folders) {
    lines.push(
      '',
      `## ${folder}`,
      '',
      '| Function | In | Here | Modelled | Left out |',
      '| --- | --- | --- | --- | --- |',
    )
    for (const t of tags.filter((tag) => path.posix.dirname(tag.file) === folder)) {
      const here = `[${t.symbol ? `\`${t.symbol}\`` : path.posix.basename(t.file)}](${t.file})`
      const origin = t.kind === 'glibc' ? `glibc ${t.source}` : t.source
      lines.push(`| \`${t.name}\` | ${origin} | ${here} | ${cell(t.modelled) || '—'} | ${cell(t.leftOut) || '—'} |`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** The import table as Markdown. */
export function importTable() {
  const short = (/** @type {string} */ f) => f.replace(/^core\//, '')
  /** Folders that are all there make one word of their parent's. @param {readonly string[]} folders */
  const fold = (folders) => {
    const mm = inside('core/mm')
    const all = mm.every((f) => folders.includes(f))
    const names = all ? [...folders.filter((f) => !mm.includes(f)), 'core/mm/*'] : folders
    return names.map(short).join(', ')
  }
  const rows = table.map(({ folder, imports, types = [], node, npm }) => {
    const outside = [
      node ? 'Node' : '',
      npm === true ? 'packages, but not electron' : npm ? npm.join(', ') : '',
    ].filter(Boolean)
    const inner = [fold(imports), types.length > 0 ? `types of ${fold(types)}` : ''].filter(Boolean)
    return `| ${folder} | ${[...inner, ...outside].join('; ') || 'nothing'} | ${cell(short(table.find((r) => r.folder === folder)?.holds ?? ''))} |`
  })
  return ['| Folder | May import | Holds |', '| --- | --- | --- |', ...rows].join('\n')
}

const OPEN = '<!-- import-table -->'
const CLOSE = '<!-- /import-table -->'

/** @param {string} text */
function withImportTable(text) {
  const from = text.indexOf(OPEN)
  const to = text.indexOf(CLOSE)
  if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md has no ${OPEN} ... ${CLOSE}`)
  // Prettier would align the columns, and the next run find the table changed.
  const kept = `<!-- prettier-ignore-start -->\n\n${importTable()}\n\n<!-- prettier-ignore-end -->`
  return `${text.slice(0, from + OPEN.length)}\n\n${kept}\n\n${text.slice(to)}`
}

function main() {
  const check = process.argv.includes('--check')
  const tags = sources('core').flatMap((file) => readTags(fs.readFileSync(at(file), 'utf8'), file))
  const architecture = fs.existsSync(at('ARCHITECTURE.md')) ? fs.readFileSync(at('ARCHITECTURE.md'), 'utf8') : undefined
  /** @type {Array<[file: string, want: string]>} */
  const wanted = [['FIDELITY.md', fidelity(tags)]]
  if (architecture !== undefined) wanted.push(['ARCHITECTURE.md', withImportTable(architecture)])
  else console.error('docs: there is no ARCHITECTURE.md')

  const stale = wanted.filter(([file, want]) => !fs.existsSync(at(file)) || fs.readFileSync(at(file), 'utf8') !== want)
  if (check) {
    for (const [file] of stale) console.error(`${file} is stale: run \`npm run docs\``)
    process.exit(stale.length === 0 && architecture !== undefined ? 0 : 1)
  }
  for (const [file, want] of stale) {
    fs.writeFileSync(at(file), want)
    console.log(`wrote ${file}`)
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main()
