/** Numbers as the window writes them: the same as in a report. */
export {
  formatTime,
  signalName,
  signed,
  tidy,
  timeText,
  timeUnit,
  type Quantity,
  type TimeUnit,
} from '../../../core/words/index.js'
