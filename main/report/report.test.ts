import { describe, expect, it } from 'vitest'
import { REPORT_FORMATS, REPORT_PARTS, REPORT_TABLES } from '../../core/protocol/index.js'
import type { Report } from '../../core/report/index.js'
import { cell } from './csv.js'
import { quoted } from './chapters/reproduce.js'
import { render } from './index.js'
import { inline } from './markdown.js'
import { escaped } from './markup.js'
import { builtin, freshReport, hostileReport, reportOf } from './report.fixture.js'
import { en } from './words/en.js'
import { zhCN } from './words/zh-cn.js'

const html = (report: Report): string => render(report, 'html', 'series')

/** Tables of a page by caption, each cell as it reads, without what it moved by. */
function tablesOf(page: string): { caption: string; rows: string[][] }[] {
  const text = (markup: string): string =>
    markup
      .replace(/<span class="d">.*?<\/span>/g, '')
      .replace(/<[^>]*>/g, '')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .trim()
  return [...page.matchAll(/<table>([^]*?)<\/table>/g)].map(([, table = '']) => ({
    caption: text(/<caption>([^]*?)<\/caption>/.exec(table)?.[1] ?? ''),
    rows: [...table.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<t[dh][^>]*>([^]*?)<\/t[dh]>/g)].map(([, one = '']) => text(one)),
    ),
  }))
}

/** Lines of a tool's text, cut at spaces; the last column may hold spaces itself. */
const columns = (text: string, count: number): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('-'))
    .map((line) => {
      const parts = line.trim().split(/\s+/)
      return [...parts.slice(0, count - 1), parts.slice(count - 1).join(' ')]
    })

describe('a page of a report', () => {
  it.each([
    ['mmap-demo', 'ubuntu-16.04'],
    ['fork-cow', 'debian-12'],
    ['file-private', 'debian-12'],
  ])('holds the numbers of ps and pmap -x: %s on %s', (id, profile) => {
    const report = reportOf(builtin(id, profile))
    const tables = tablesOf(html(report))
    const ps = tables.filter(({ caption }) => caption === 'Processes')
    expect(ps.map(({ rows }) => rows)).toEqual(report.moments.map(({ ps: { text } }) => columns(text, 7)))
    const pmap = tables.filter(({ caption }) => /^Mappings of \d+$/.test(caption))
    const printed = report.moments.flatMap((moment) => moment.pmap).filter(({ rows }) => rows.length > 0)
    // Without the line of the command, the heading, and the total.
    expect(pmap.map(({ rows }) => rows.slice(1, -1))).toEqual(printed.map(({ text }) => columns(text, 6).slice(2, -1)))
    const total = (text: string): string[] => text.trimEnd().split('\n').at(-1)!.split(/\s+/).slice(2)
    expect(pmap.map(({ rows }) => rows.at(-1)!.slice(1, 4))).toEqual(printed.map(({ text }) => total(text)))
  })

  it('stands alone: no script, nothing fetched, and a policy that says so', () => {
    for (const report of [reportOf(builtin('mmap-demo')), hostileReport()]) {
      const page = html(report)
      expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;`)
      // What stands between quotes is escaped, and so cannot end them.
      const tags = [...page.matchAll(/<(?:"[^"]*"|[^>"])*>/g)].map(([tag]) => tag)
      expect(tags.filter((tag) => /^<(script|img|iframe|object|embed|link|base|form)\b/i.test(tag))).toEqual([])
      expect(tags.filter((tag) => /^<a /.test(tag) && !/^<a href="#[\w-]+">$/.test(tag))).toEqual([])
      const names = tags.map((tag) => tag.replace(/"[^"]*"/g, '""'))
      expect(names.filter((tag) => /\s(on\w+|src|style)\s*=/i.test(tag))).toEqual([])
      expect([...page.matchAll(/url\((?!#chart-)/g)]).toEqual([])
      expect(page).not.toContain('@import')
    }
  })

  it('has its chapters in a table of contents whose links lead there', () => {
    const page = html(reportOf(builtin('mmap-demo')))
    const links = [...page.matchAll(/<a href="#([^"]*)">/g)].map(([, id]) => id)
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(links).toEqual([
      'timeline',
      'readings',
      ...[1, 2, 3, 4, 5, 6].map((n) => `moment-${n}`),
      'smaps',
      'terminal',
      'source',
      'reproduce',
    ])
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of links) expect(ids).toContain(id)
  })

  it('tells what was asked for and no more', () => {
    const page = html(reportOf(builtin('mmap-demo'), { parts: ['readings'], moments: [{ at: 'stop', stop: 1 }] }))
    expect([...page.matchAll(/<h[23] id="([^"]*)"/g)].map(([, id]) => id)).toEqual(['contents', 'readings', 'moment-1'])
    expect(page).not.toContain('<svg')
  })

  it('has the words of its language', () => {
    const page = html(reportOf(builtin('mmap-demo', 'ubuntu-16.04'), { language: 'zh-CN', notes: '实验说明' }))
    expect(page).toContain('<html lang="zh-CN">')
    for (const text of ['停点 3，第 29 行', '如何重现', '实验说明', '页表']) expect(page).toContain(text)
    expect(page).not.toMatch(/\{\w+\}/)
  })

  it('for the application’s own print asks for its fonts and for nothing else', () => {
    const page = render(reportOf(builtin('zero-page')), 'print', 'series')
    expect([...page.matchAll(/<link[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<link rel="stylesheet" href="/fonts.css">',
    ])
    expect(page).toContain('font-src &#39;self&#39;')
  })
})

describe('somebody else’s text', () => {
  it('stays text in HTML and SVG', () => {
    expect(escaped(`<a b="c">&'\r\n\u001b[0m\u0000\u202e\ud800é中`)).toBe(
      '&lt;a b=&quot;c&quot;&gt;&amp;&#39;\n␛[0m␀��é中',
    )
    const page = html(hostileReport())
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/)
  })

  it('is no parameter of the words around it', () => {
    expect(html(hostileReport())).toContain('{name}')
  })

  it('begins nothing in Markdown', () => {
    expect(inline('a|b `c` *d* _e_ [f](g) <h> #i ~j~ &k; l\\m')).toBe(
      'a\\|b \\`c\\` \\*d\\* \\_e\\_ \\[f\\](g) \\<h\\> \\#i \\~j\\~ \\&k; l\\\\m',
    )
    expect(['- a', '12. a', '1) a', '+ a', '---', '===', '4.2 µs', '-5', '# a\n# b'].map(inline)).toEqual([
      '\\- a',
      '12\\. a',
      '1\\) a',
      '\\+ a',
      '\\---',
      '\\===',
      '4.2 µs',
      '-5',
      '\\# a \\# b',
    ])
    const text = render(hostileReport(), 'md', 'series')
    const outside = text.replace(/^(`{3,})\w*\n[^]*?\n\1$/gm, '')
    expect(outside).not.toMatch(/^# g|^- h|(?<!\\)<script/m)
    expect(
      outside
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .every((line) => line.endsWith('|')),
    ).toBe(true)
  })

  it('cannot end its fence in Markdown', () => {
    const { terminal } = hostileReport()
    expect(terminal).toContain('```')
    expect(render(hostileReport(), 'md', 'series')).toContain('````text\n')
  })

  it('is no formula in CSV, and keeps its quotes, commas and lines', () => {
    expect(['=1+1', '+x', '-x', '@x', '\tx', 'a,b', 'a"b', 'a\nb', ' a', 'a'].map(cell)).toEqual([
      "'=1+1",
      "'+x",
      "'-x",
      "'@x",
      "'\tx",
      '"a,b"',
      '"a""b"',
      '"a\nb"',
      '" a"',
      'a',
    ])
    expect([-5, 0, 1e12].map(cell)).toEqual(['-5', '0', '1000000000000'])
  })

  it('is one word of a command line', () => {
    expect(quoted('mmap-demo.c')).toBe('mmap-demo.c')
    expect(quoted("it's; rm -rf $HOME")).toBe(`'it'\\''s; rm -rf $HOME'`)
    expect(quoted('--help')).toBe(`'--help'`)
  })
})

describe('the same run', () => {
  it('gives the same bytes in every format', () => {
    const [one, two] = [1, 2].map(() => freshReport(builtin('mmap-demo'), { language: 'zh-CN', parts: REPORT_PARTS }))
    for (const format of REPORT_FORMATS) expect(render(one!, format, 'series')).toBe(render(two!, format, 'series'))
  })

  it('gives no date, path or host', () => {
    const report = reportOf(builtin('mmap-demo'))
    const text = REPORT_FORMATS.map((format) => render(report, format, 'series')).join('')
    expect(text).not.toMatch(/\b20[2-9]\d-\d\d-\d\d|\/home\/|\/tmp\/|GMT/)
  })
})

describe('data files', () => {
  const report = reportOf(builtin('mmap-demo', 'ubuntu-16.04'))

  it('CSV has one table, its numbers those of the moments', () => {
    const [head, ...lines] = render(report, 'csv', 'readings').trimEnd().split('\n')
    expect(head!.split(',').slice(0, 8)).toEqual([
      'moment',
      'label',
      'time_ns',
      'line',
      'majflt',
      'minflt',
      'vsz',
      'rss',
    ])
    expect(lines.map((line) => line.split(',').slice(0, 8).join(' '))).toEqual([
      'main  0 16 0 72 4220 1068',
      'stop 1  4258 19 0 77 4352 1328',
      'stop 2  4714 23 0 77 4368 1328',
      'stop 3  71958 29 0 81 4368 1328',
      'stop 4  139800 34 0 85 4368 1344',
      'end  140104 0 0 85 0 0',
    ])
  })

  it.each(REPORT_TABLES)('CSV of %s has as many cells in every line', (table) => {
    const lines = render(report, 'csv', table).trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1)
  })

  it('JSON holds every sample since main and says what it is', () => {
    const data = JSON.parse(render(report, 'json', 'series')) as Report & { format: string; version: number }
    expect([data.format, data.version]).toEqual(['pagewalk-report', 1])
    expect(data.series.time[0]).toBe(0)
    expect(data.series.columns.minflt.at(-1)).toBe(85)
    expect(data.moments).toHaveLength(6)
    expect(render(report, 'csv', 'series').trimEnd().split('\n')).toHaveLength(data.series.time.length + 1)
  })

  it('the terminal is the text that stood there', () => {
    expect(render(report, 'txt', 'series')).toMatch(/^pid is 13070\nbefore mmap\n\nafter mmap\n/)
  })
})

describe('how to reproduce', () => {
  it('names the built-in program, or the file, with everything that decides the run', () => {
    const commands = (report: Report): string => render(report, 'md', 'series').split('## How to reproduce')[1]!
    expect(commands(reportOf(builtin('zero-page')))).toContain(
      'pagewalk run --program zero-page --profile debian-12 --at-stop',
    )
    const own = commands(reportOf({ source: 'int main(void) { return 0; }\n', path: 'my prog.c' }))
    expect(own).toContain('Save the source as my prog.c.')
    expect(own).toContain("pagewalk report 'my prog.c' --profile debian-12 --parts")
  })
})

describe('the two languages', () => {
  const params = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()
  it('have the same words with the same parameters', () => {
    expect(Object.keys(zhCN)).toEqual(Object.keys(en))
    for (const key of Object.keys(en) as (keyof typeof en)[]) expect(params(zhCN[key]), key).toEqual(params(en[key]))
  })
})
