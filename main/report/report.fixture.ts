/** Reports of built-in and hostile programs, for tests. */
import { findProgram } from '../../core/programs/index.js'
import { DEFAULT_REPORT_PARTS, REPORT_PARTS, type ReportChoices } from '../../core/protocol/index.js'
import { gather, type Report } from '../../core/report/index.js'

export interface Start {
  readonly source: string
  readonly path?: string
  readonly profile?: string
}

export const builtin = (id: string, profile = 'debian-12'): Start => ({
  source: findProgram(id)!.source,
  path: `${id}.c`,
  profile,
})

const made = new Map<string, Report>()

/** Made once for all who ask the same. */
export function reportOf(start: Start, choices: Partial<ReportChoices> = {}): Report {
  const key = JSON.stringify([start, choices])
  const report = made.get(key) ?? freshReport(start, choices)
  made.set(key, report)
  return report
}

export function freshReport(
  { source, path = 'p.c', profile = 'debian-12' }: Start,
  choices: Partial<ReportChoices> = {},
): Report {
  const steps = gather(
    {
      load: { source, path, profile, seed: undefined },
      noPie: false,
      typing: { kind: 'lines', lines: [], then: 'newline' },
      until: undefined,
    },
    {
      title: '',
      language: 'en',
      notes: '',
      moments: undefined,
      parts: DEFAULT_REPORT_PARTS,
      mappings: undefined,
      ...choices,
    },
  )
  for (;;) {
    const { done, value } = steps.next()
    if (!done) continue
    if (!value.ok) throw new Error(value.error.message)
    return value.value
  }
}

/** What a report is made of that wants to break out of it. */
export const HOSTILE =
  '</script><script>alert(1)</script><img src=http://evil.example/x onerror="alert(2)"> | a *b* _c_ `d` ``` [e](javascript:f) ~~~ & &amp; \' " {name}\r\n# g\n- h\u001b[31m\u202e\u0000\ud800'

/** A program of that name and source that prints it all. */
export function hostileReport(): Report {
  const text = JSON.stringify(HOSTILE.replace(/[\u0000\ud800]/g, '')).replaceAll('\\u001b', '\\033')
  const source = `#include <stdio.h>\n/* ${HOSTILE.replace(/[\r\n\u0000\ud800]/g, ' ')} */\nint main(void) { fputs(${text}, stdout); getchar(); return 0; }\n`
  return reportOf(
    { source, path: `${HOSTILE.replace(/\r?\n|[\u0000\ud800]/g, ' ')}.c` },
    {
      title: HOSTILE,
      notes: HOSTILE,
      parts: REPORT_PARTS,
      moments: [{ at: 'main', label: HOSTILE, note: `${HOSTILE}\n\n=1+1` }, { at: 'stop', stop: 0 }, { at: 'end' }],
    },
  )
}
