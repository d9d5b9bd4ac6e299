import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseLesson, type LessonFiles } from './lesson.js'
import { problemText } from './problems.js'
import { readLesson } from './read-lesson.js'

const HEAD = (language: string): string => `---
format: 1
language: ${language}
title: A title
summary: A summary.
program: zero-page
profile: debian-12
minutes: 3
---
`
const BODY = `
## One step

\`\`\`cues
run 1
\`\`\`

RSS is {{rss}} kB.
`
const EN = HEAD('en') + BODY
const ZH = HEAD('zh-CN') + BODY
const both = (mend: (text: string) => string): LessonFiles => ({ 'en.md': mend(EN), 'zh-CN.md': mend(ZH) })
const english = (mend: (text: string) => string): LessonFiles => ({ 'en.md': mend(EN), 'zh-CN.md': ZH })
const body = (text: string): LessonFiles => both((lesson) => lesson + text)
const lineOf = (text: string, part: string): number => 1 + text.slice(0, text.indexOf(part)).split('\n').length - 1

const messages = (files: LessonFiles, id = 'mine'): readonly string[] => {
  const parsed = parseLesson(id, files)
  return parsed.ok ? [] : parsed.problems.map(problemText)
}

describe('a lesson', () => {
  it('is read into steps of texts, cues and questions, its figures at the stop they belong to', () => {
    const parsed = parseLesson(
      'mine',
      body(`
\`\`\`predict
How many **faults**
will \`read\` take?
- none
+ {{+minflt@2}}
\`\`\`

\`\`\`cues
run 2
open smaps
select new@2
highlight "sum += p"
zoom 0..2
\`\`\`

> Ask for hands.
> There are {{+minflt}}.
>
> Wait.

- {{+minflt}} faults
- {{rss@1..2}} kB

\`\`\`claims
+rss = 0
\`\`\`
`),
    )
    if (!parsed.ok) throw new Error(parsed.problems.map(problemText).join('\n'))
    const { lesson } = parsed
    expect(lesson).toMatchObject({ id: 'mine', minutes: 3, profile: 'debian-12', program: { name: 'zero-page.c' } })
    const [step] = lesson.texts.en.steps
    expect(step!.parts.map(({ kind }) => kind)).toEqual(['cues', 'text', 'predict', 'cues', 'text'])
    expect(step!.parts[1]).toEqual({
      kind: 'text',
      blocks: [
        {
          kind: 'paragraph',
          spans: [
            { kind: 'text', text: 'RSS is ' },
            { kind: 'figure', figure: { name: 'rss', stop: 1, since: undefined } },
            { kind: 'text', text: ' kB.' },
          ],
        },
      ],
    })
    expect(step!.parts[2]).toMatchObject({
      question: [
        { kind: 'text', text: 'How many ' },
        { kind: 'strong', text: 'faults' },
        { kind: 'text', text: ' will ' },
        { kind: 'code', text: 'read' },
        { kind: 'text', text: ' take?' },
      ],
      options: [{ right: false }, { right: true, spans: [{ figure: { name: 'minflt', stop: 2, since: 1 } }] }],
    })
    expect(step!.parts[3]).toMatchObject({
      cues: [{ stop: 2 }, { panel: 'smaps' }, { mapping: { newAtStop: 2 } }, { from: 16, to: 16 }, { from: 0, to: 2 }],
    })
    expect(step!.notes).toMatchObject([
      [{ text: 'Ask for hands. There are ' }, { figure: { name: 'minflt', stop: 2, since: 1 } }, { text: '.' }],
      [{ text: 'Wait.' }],
    ])
    expect(step!.claims).toMatchObject([{ left: { name: 'rss', stop: 2, since: 1 }, relation: '=', right: 0 }])
  })

  it('reads the same with the line ends of Windows and a byte order mark', () => {
    const plain = parseLesson(
      'mine',
      both((text) => text),
    )
    const windows = parseLesson(
      'mine',
      both((text) => `\ufeff${text.replaceAll('\n', '\r\n')}`),
    )
    expect(windows).toEqual(plain)
    expect(plain.ok).toBe(true)
  })

  it('may bring its own program', () => {
    const files = both((text) => text.replace('program: zero-page', 'program: own.c'))
    expect(parseLesson('mine', { ...files, 'own.c': 'int main(void) { return 0; }\n' })).toMatchObject({
      ok: true,
      lesson: { program: { name: 'own.c', source: 'int main(void) { return 0; }\n' } },
    })
  })
})

const fence = (kind: string, text: string): string => `\n\`\`\`${kind}\n${text}\n\`\`\`\n`
const cue = (text: string): LessonFiles => body(fence('cues', text))

/** What is wrong, the files, and what is said of it: where, what, and what to do. */
const HOSTILE: readonly (readonly [what: string, files: LessonFiles, message: string | RegExp])[] = [
  ['no files', {}, 'mine/en.md:1: it is missing; write it: a lesson is in English and in Chinese'],
  ['a missing language', { 'en.md': EN }, 'mine/zh-CN.md:1: it is missing'],
  [
    'a language that is inherited and not there',
    Object.create({ 'en.md': EN, 'zh-CN.md': ZH }) as LessonFiles,
    'en.md:1: it is missing',
  ],
  ['an empty file', english(() => ''), 'mine/en.md:1: there is no front matter; begin the file with a line ---'],
  ['a head without an end', english((t) => t.replace(/---\n\n/, '\n')), 'mine/en.md:1: there is no front matter'],
  [
    'an unknown key',
    english((t) => t.replace('minutes', 'author: me\nminutes')),
    "mine/en.md:8: there is no key 'author'; use format, language",
  ],
  [
    'a key of every object',
    english((t) => t.replace('minutes', 'constructor: me\nminutes')),
    "mine/en.md:8: there is no key 'constructor'",
  ],
  [
    'a key twice',
    english((t) => t.replace('minutes: 3', 'minutes: 3\nminutes: 4')),
    'mine/en.md:9: minutes is there twice; leave one of them out',
  ],
  [
    'a missing key',
    english((t) => t.replace('minutes: 3\n', '')),
    'mine/en.md:1: minutes is missing; write minutes: and a number from 1 to 120',
  ],
  [
    'YAML that is more than key: value',
    english((t) => t.replace('minutes: 3', 'minutes: 3\n  - x')),
    "mine/en.md:9: '  - x' is no key: value line",
  ],
  [
    'a number that is none',
    english((t) => t.replace('minutes: 3', 'minutes: 3e9')),
    "mine/en.md:8: minutes '3e9' is no whole number",
  ],
  [
    'a number too large',
    english((t) => t.replace('minutes: 3', 'minutes: 999')),
    "mine/en.md:8: minutes '999' is more than 120",
  ],
  [
    'another format',
    english((t) => t.replace('format: 1', 'format: 2')),
    "mine/en.md:2: format '2' is a format this version does not read",
  ],
  [
    'a language of another file',
    english((t) => t.replace('language: en', 'language: zh-CN')),
    'mine/en.md:3: its language is zh-CN; write language: en',
  ],
  [
    'a language nobody has',
    english((t) => t.replace('language: en', 'language: fr')),
    "mine/en.md:3: language 'fr' is not en or zh-CN",
  ],
  ['an unknown machine', both((t) => t.replace('debian-12', 'plan-9')), "mine/en.md:7: there is no machine 'plan-9'"],
  [
    'an unknown program',
    both((t) => t.replace('zero-page', 'zeropage')),
    "mine/en.md:6: there is no program 'zeropage'; name a built-in program",
  ],
  [
    'a program outside of the folder',
    both((t) => t.replace('zero-page', '../../etc/passwd')),
    "mine/en.md:6: program '../../etc/passwd' names no program",
  ],
  [
    'a program file that is not there',
    both((t) => t.replace('zero-page', 'own.c')),
    "mine/en.md:6: there is no program 'own.c'",
  ],
  ['a title that is too long', english((t) => t.replace('A title', 'x'.repeat(200))), 'is longer than 120 characters'],
  [
    'a file that is too large',
    english((t) => t + 'x\n'.repeat(40_000)),
    'mine/en.md:1: it is larger than 64 KiB; make two lessons of it',
  ],
  ['a file of too many lines', english((t) => t + '\n'.repeat(3000)), 'mine/en.md:2001: it has more than 2000 lines'],
  [
    'a line without an end',
    english((t) => t + 'x'.repeat(3000)),
    'the line has more than 2000 characters; break it into several',
  ],
  ['too many steps', body('\n## Again\n\nText.\n'.repeat(41)), 'there are more than 40 steps; make two lessons of it'],
  ['too many parts', body(`${fence('cues', 'open pmap')}\nText.\n`.repeat(30)), 'the step has more than 40 parts'],
  [
    'a control character',
    english((t) => `${t}\nbell \x07\n`),
    'mine/en.md:19: it has a control character or one that turns the writing round; take it out',
  ],
  [
    'an escape sequence of a terminal',
    english((t) => t.replace('A title', '\x1b[2Jx')),
    'mine/en.md:4: it has a control character',
  ],
  [
    'writing turned round',
    english((t) => `${t}\n\u202egnp.exe\n`),
    'it has a control character or one that turns the writing round',
  ],
  [
    'a script',
    body('\n<script>alert(1)</script>\n'),
    "mine/en.md:19: HTML is not allowed: '<script>alert(1)</script>'; put it between ` signs",
  ],
  ['a picture with a handler', body('\nText <img src=x onerror=alert(1)> here.\n'), "HTML is not allowed: '<img src=x"],
  ['an HTML comment', body('\n<!-- hidden -->\n'), 'HTML is not allowed'],
  ['HTML in strong words', body('\n**<b>x</b>**\n'), 'HTML is not allowed'],
  ['HTML in a title', body('\n## <i>x</i>\n\nText.\n'), 'a title is plain text'],
  ['HTML in an answer', body(fence('predict', 'Well?\n+ <b>yes\n- no')), 'mine/en.md:21: HTML is not allowed'],
  [
    'an HTML entity',
    body('\n&lt;script&gt;\n'),
    "HTML entities are not allowed: '&lt;script&gt;'; write the character itself",
  ],
  ['a link', body('\n[here](javascript:alert(1))\n'), "links and pictures are not allowed: '[here](javascript"],
  ['a picture', body('\n![x](file:///etc/passwd)\n'), 'links and pictures are not allowed'],
  [
    'a cue nobody knows',
    cue('delete everything'),
    "mine/en.md:20: there is no cue 'delete'; use run, open, select, highlight or zoom",
  ],
  ['a stop that is none', cue('run -1'), "mine/en.md:20: '-1' is no stop; write run and a number from 1 to 200"],
  ['a stop too far', cue('run 999'), "'999' is no stop"],
  [
    'a stop that has been passed',
    cue('run 1'),
    'mine/en.md:20: stop 1 has been passed: the program is at 1; name a later stop',
  ],
  ['a panel nobody has', cue('open ../../main'), "there is no panel '../../main'; use one of source, terminal"],
  ['a panel of every object', cue('open constructor'), "there is no panel 'constructor'"],
  ['a mapping that is none', cue('select *'), "'*' names no mapping; write [heap], [stack] or new@STOP"],
  ['a mapping of a stop to come', cue('select new@7'), 'stop 7 has not been reached; put a run cue before it'],
  [
    'a line the program has not',
    cue('highlight "goto fail"'),
    "'goto fail' is in 0 lines of the program; quote a part that one line alone has",
  ],
  ['a line the program has often', cue('highlight "getchar"'), /'getchar' is in \d lines of the program/],
  ['lines in the wrong order', cue('highlight "return 0" to "int main"'), 'the last line comes before the first'],
  ['a zoom that is none', cue('zoom in'), "'in' is no part of the run; write two stops, zoom 1..3, the earlier first"],
  ['a zoom that runs backwards', cue('zoom 1..0'), "'1..0' is no part of the run"],
  ['a zoom to a stop to come', cue('zoom 0..7'), 'stop 7 has not been reached; put a run cue before it'],
  ['HTML in a note', body('\n> see <b>here</b>\n'), 'mine/en.md:19: HTML is not allowed'],
  ['a figure in a note that nobody knows', body('\n> {{pid}}\n'), "mine/en.md:19: {{pid}}: there is no figure 'pid'"],
  ['too many notes', body('\n> a\n>\n'.repeat(21)), 'the step has more than 20 paragraphs of notes'],
  [
    'a note in one language only',
    english((t) => `${t}\n> Ask first.\n`),
    'its notes in step 1 are not those of en.md; write as many paragraphs of notes in both',
  ],
  ['a step of notes alone', body('\n## Nothing\n\n> Ask.\n'), "the step 'Nothing' is empty"],
  ['a highlight without quotes', cue('highlight 3'), "'3' is no part of a line"],
  ['a block nobody knows', body(fence('js', 'alert(1)')), "mine/en.md:19: there is no block 'js'; use ```cues"],
  ['a block without an end', body('\n```cues\nopen pmap\n'), 'mine/en.md:19: the ``` block is not closed'],
  [
    'text before the first step',
    english((t) => t.replace('\n## One', 'Hello.\n\n## One')),
    'mine/en.md:10: there is text before the first step',
  ],
  ['no step at all', both((t) => t.slice(0, t.indexOf('\n## '))), 'there is no step; begin one with a line ## Title'],
  ['a step without anything', body('\n## Nothing\n'), "mine/en.md:19: the step 'Nothing' is empty"],
  [
    'a heading of another kind',
    body('\n### Deep\n\nText.\n'),
    "mine/en.md:19: '### Deep' is no heading of a step; write ## Title",
  ],
  [
    'a figure nobody knows',
    body('\n{{password}}\n'),
    "mine/en.md:19: {{password}}: there is no figure 'password'; write {{NAME}}",
  ],
  ['a figure of every object', body('\n{{constructor}}\n'), "there is no figure 'constructor'"],
  ['an expression', body('\n{{rss*2}}\n'), '{{rss*2}}: this is no figure'],
  ['a figure without an end', body('\n{{rss\n'), 'a figure is not closed'],
  [
    'a figure before the first stop',
    both((t) => t.replace('run 1', 'open ps')),
    'mine/en.md:17: {{rss}}: the program has not been run to a stop yet',
  ],
  ['a change before the first stop', body('\n{{+rss}}\n'), '{{+rss}}: there is no stop before the first'],
  ['a range that runs backwards', body('\n{{rss@3..2}}\n'), '{{rss@3..2}}: its range runs backwards'],
  ['a question without an answer', body(fence('predict', 'Well?')), 'the prediction has 0 answers; give 2 to 6'],
  [
    'a question without a right answer',
    body(fence('predict', 'Well?\n- a\n- b')),
    'not exactly one answer is right; begin the right one, and no other, with +',
  ],
  ['answers without a question', body(fence('predict', '+ a\n- b')), 'the prediction asks nothing'],
  [
    'a claim that is none',
    body(fence('claims', 'rss is 3')),
    "'rss is 3': this is no claim; write FIGURE = FIGURE-OR-NUMBER",
  ],
  ['code in a claim', body(fence('claims', 'process.exit() = 1')), "'process.exit() = 1': this is no figure"],
  [
    'another number in the other language',
    english((t) => t.replace('{{rss}}', '{{vsz}}')),
    'mine/zh-CN.md:1: its figures in step 1 are not those of en.md; tell the same numbers in both',
  ],
  [
    'another step in the other language',
    english((t) => `${t}\n## More\n\nText.\n`),
    'mine/zh-CN.md:1: it has 1 steps, en.md has 2',
  ],
  [
    'other cues in the other language',
    english((t) => t.replace('run 1', 'run 2')),
    'its cues and questions in step 1 are not those of en.md',
  ],
  [
    'another machine in the other language',
    english((t) => t.replace('debian-12', 'ubuntu-16.04')),
    'mine/zh-CN.md:1: its profile is not that of en.md; write profile: ubuntu-16.04',
  ],
]

describe('a lesson from anywhere is refused, with file, line, what and what to do, when it has', () => {
  it.each(HOSTILE)('%s', (_what, files, message) => {
    const found = messages(files)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(20)
    expect(
      found.some((text) => (typeof message === 'string' ? text.includes(message) : message.test(text))),
      found.join('\n'),
    ).toBe(true)
    for (const text of found) {
      expect(text).toMatch(/^mine\/(en|zh-CN)\.md:\d+: .+; .+/)
      expect(text).not.toMatch(/[\0-\x1f\u202a-\u202e]/)
      expect(text.length).toBeLessThan(400)
    }
  })

  it('a name that is a path', () => {
    for (const id of ['..', '../x', 'A', '', 'x'.repeat(100)])
      expect(
        messages(
          both((text) => text),
          id,
        ).join(),
      ).toContain('this is no name for a lesson')
  })

  it('whatever is in it: the parser ends, and never throws', () => {
    const piece = fc.constantFrom(
      ...'`*{}[]()<>&#+-@"\n',
      '```',
      '{{',
      '}}',
      '## ',
      '**',
      'cues\n',
      'predict\n',
      'run 2',
      '{{rss}}',
      '页',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        parseLesson('mine', body(pieces.join('')))
        parseLesson(
          'mine',
          english(() => pieces.join('')),
        )
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

describe('a lesson’s folder', () => {
  let folder: string
  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'pagewalk-lesson-')), 'mine')
    mkdirSync(folder)
  })
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }))
  const read = (files: Readonly<Record<string, string | Uint8Array>>): string => {
    for (const name of ['en.md', 'zh-CN.md']) rmSync(join(folder, name), { recursive: true, force: true })
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const parsed = readLesson(folder)
    return parsed.ok ? 'ok' : parsed.problems.map(problemText).join('\n')
  }

  it('is read, with the program it brings', () => {
    expect(read({ 'en.md': EN, 'zh-CN.md': ZH, 'picture.png': Uint8Array.of(1, 2, 3) })).toBe('ok')
    const own = both((text) => text.replace('zero-page', 'own.c')) as Record<string, string>
    expect(read({ ...own, 'own.c': 'int main(void) { return 0; }\n' })).toBe('ok')
  })

  it('may lack files, which is said', () => {
    expect(read({ 'en.md': EN })).toContain('mine/zh-CN.md:1: it is missing')
    expect(readLesson(join(folder, 'absent')).ok).toBe(false)
  })

  it('may hold what is no text, and what has no end', () => {
    expect(read({ 'en.md': Uint8Array.of(0xff, 0xfe, 0) })).toContain('mine/en.md:1: it is not UTF-8 text')
    expect(read({ 'en.md': 'x'.repeat(1 << 20) })).toContain('mine/en.md:1: it is larger than 64 KiB')
    rmSync(join(folder, 'en.md'))
    mkdirSync(join(folder, 'en.md'))
    expect(readLesson(folder)).toMatchObject({ ok: false, problems: [{ kind: 'not-a-file' }] })
  })

  it.skipIf(process.platform === 'win32')('may hold links out of it, which are not followed', () => {
    read({})
    symlinkSync('/etc/passwd', join(folder, 'en.md'))
    expect(readLesson(folder)).toMatchObject({ ok: false, problems: [{ kind: 'is-link' }] })
  })
})

it('the line of a problem is the one an editor shows', () => {
  expect(lineOf(EN, '## One step')).toBe(11)
  expect(messages(body('\n<b>\n'))[0]).toMatch(/^mine\/en\.md:19: /)
})
