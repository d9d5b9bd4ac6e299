/** A report in a format: pure, so that the same facts give the same bytes. */
import type { ReportFormat, ReportTable } from '../../core/protocol/index.js'
import type { Report } from '../../core/report/index.js'
import { chartFacts } from './chart/facts.js'
import { CHART_SIZE, chartSvg } from './chart/svg.js'
import { csvOf } from './csv.js'
import { DATA_FONT, UI_FONT } from './fonts.js'
import { htmlOf } from './html.js'
import { markdownOf } from './markdown.js'
import { outline } from './outline.js'
import { tokenOf } from './tokens.js'
import { wordsOf } from './words/index.js'

const JSON_FORMAT = 'pagewalk-report'
const JSON_VERSION = 1

/** @param table what a CSV file holds */
export function render(report: Report, format: ReportFormat, table: ReportTable): string {
  switch (format) {
    case 'html':
      return htmlOf(outline(report))
    case 'print':
      return htmlOf(outline(report), true)
    case 'md':
      return markdownOf(outline(report))
    case 'json':
      return `${JSON.stringify({ format: JSON_FORMAT, version: JSON_VERSION, ...report }, undefined, 1)}\n`
    case 'csv':
      return csvOf(report, table)
    case 'svg':
      return chartFile(report)
    case 'txt':
      return report.terminal
  }
}

/** The chart on paper: picture viewers know no custom properties, and no reader's theme. */
function chartFile(report: Report): string {
  const facts = chartFacts(report, wordsOf(report.choices.language))
  const { width, height } = CHART_SIZE
  const root = ` width="${width}" height="${height}"`
  const paint = (token: string): string => tokenOf('light', token)
  if (!facts) return `<svg xmlns="http://www.w3.org/2000/svg"${root}/>\n`
  return chartSvg(facts, { paint, uiFont: UI_FONT, dataFont: DATA_FONT, root, ground: paint('surface') })
}
