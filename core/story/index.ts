export { type Place } from './place.js'
export { Story } from './story.js'
export { sumByLine } from './sum.js'
