export { en, type WordId, type Words } from './en.js'
export { claimHolds, figureValue } from './figures.js'
export { rowPhrases, rowPlace, rowText, say, type Phrase } from './story.js'
export { zhCN } from './zh-cn.js'
