/** The looks of a report's page: dense and calm like the window, on the screen in its reader's theme, on paper in ink. */
import { DATA_FONT, UI_FONT } from './fonts.js'
import { tokenRules } from './tokens.js'

export const PAGE_STYLE = `
:root { color-scheme: light dark; ${tokenRules('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${tokenRules('dark')} } }
* { box-sizing: border-box; }
table, pre, ol.source, .command, svg { font-variant-ligatures: none; }
html { background: var(--surface); color: var(--text); font: 14px/1.5 ${UI_FONT}; -webkit-text-size-adjust: 100%; }
body { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h1 { margin: 4px 0 16px; font-size: 28px; font-weight: 680; }
h2 { margin: 44px 0 10px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 19px; font-weight: 650; }
h3 { margin: 24px 0 8px; font-size: 14px; font-weight: 650; }
p { margin: 0 0 10px; max-width: 74ch; }
a { color: var(--accent-text); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.over { margin: 0; color: var(--text-2); font-size: 12px; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 18px; margin: 0 0 20px; }
.facts dt { color: var(--text-2); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; }
nav { padding: 12px 18px; background: var(--surface-2); border: 1px solid var(--line); border-radius: 6px; }
nav h2 { margin: 0 0 6px; padding: 0; border: 0; font-size: 13px; }
nav ol { margin: 0; padding: 0; columns: 2; column-gap: 32px; list-style: none; }
nav li { break-inside: avoid; padding: 1px 0; }
.scroll { overflow-x: auto; margin: 0 0 14px; }
table { border-collapse: collapse; font-family: ${DATA_FONT}; font-size: 12px; line-height: 1.45; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 6px; text-align: left; font-family: ${UI_FONT}; color: var(--text-2); }
th, td { padding: 2px 12px 2px 0; text-align: left; vertical-align: top; font-weight: 400; white-space: nowrap; }
thead th { color: var(--text-2); border-bottom: 1px solid var(--line-strong); }
tbody tr:nth-child(even) { background: var(--surface-2); }
tfoot td { border-top: 1px solid var(--line-strong); font-weight: 600; }
.n { text-align: right; }
.w { font-family: ${UI_FONT}; }
td.c { white-space: pre-wrap; overflow-wrap: anywhere; }
td.c:not(:last-child) { white-space: pre; }
.d { display: block; color: var(--accent-text); font-size: 11px; }
.remark { margin: -8px 0 14px; color: var(--text-2); font-size: 12px; }
pre { margin: 0 0 14px; padding: 10px 12px; background: var(--surface-2); border: 1px solid var(--line); border-radius: 4px; font: 12px/1.5 ${DATA_FONT}; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 8; }
pre.tool { white-space: pre; overflow-x: auto; overflow-wrap: normal; }
details { margin: 0 0 14px; }
summary { width: max-content; color: var(--text-2); font-size: 12px; cursor: pointer; }
details[open] summary { margin-bottom: 6px; }
.command { font-family: ${DATA_FONT}; }
.note { margin: 0 0 14px; padding: 10px 14px; background: var(--accent-tint); border-left: 3px solid var(--accent); }
.note strong { display: block; color: var(--accent-text); font-size: 12px; }
.note p:last-child { margin: 0; }
figure { margin: 0 0 14px; }
svg { display: block; width: 100%; height: auto; }
ol.source { margin: 0; padding: 0; list-style: none; font: 12px/1.5 ${DATA_FONT}; tab-size: 4; }
ol.source li { display: grid; grid-template-columns: 4ch minmax(0, 1fr); gap: 14px; }
ol.source .no { color: var(--text-3); text-align: right; user-select: none; }
ol.source code { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
ol.source .here { background: var(--accent-tint); }
ol.source em { color: var(--accent-text); font: 600 11px/1.5 ${UI_FONT}; }
@media (max-width: 640px) { body { padding: 20px 14px 40px; } nav ol { columns: 1; } .facts { grid-template-columns: minmax(0, 1fr); } .facts dt { margin-top: 6px; } }
@media print {
  :root { color-scheme: light; ${tokenRules('light')} }
  html { background: none; font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  h1 { font-size: 19pt; }
  h2 { margin-top: 20pt; font-size: 13pt; }
  h3 { font-size: 10pt; }
  h2, h3, caption { break-after: avoid; }
  table, pre, ol.source { font-size: 7.6pt; }
  th, td { padding-right: 7pt; white-space: normal; overflow-wrap: anywhere; }
  .n, td.c:not(:last-child) { white-space: nowrap; overflow-wrap: normal; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, figure, .note, .facts, nav, ol.source li { break-inside: avoid; }
  p { orphans: 2; widows: 2; }
  .scroll { overflow: visible; }
  details { display: none; }
  a { color: inherit; text-decoration: none; }
  pre, nav, tbody tr:nth-child(even), .note, .here, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
