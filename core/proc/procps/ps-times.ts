/** Times as ps writes them (procps ps/output.c). The machine's clock is UTC. */
import type { PsProcess } from './process.js'

const two = (n: number): string => String(n).padStart(2, '0')
const DAY = 86400
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']

/** "00:01:05", "1-00:01:05" */
export function longTime({ cpuSeconds: s }: PsProcess): string {
  const days = Math.floor(s / DAY)
  return `${days > 0 ? `${days}-` : ''}${clock(s)}`
}

/** "  1:05": its blanks are a part of it, so it does not make up for a wide cell before it. */
export const shortTime = ({ cpuSeconds: s }: PsProcess): string =>
  `${String(Math.floor(s / 60)).padStart(3)}:${two(s % 60)}`

/** "01:05", "2-03:00:01" */
export function elapsedText({ elapsed }: PsProcess): string {
  const days = Math.floor(elapsed / DAY)
  const hours = Math.floor(elapsed / 3600) % 24
  const short = clock(elapsed).slice(3)
  return (days > 0 ? `${days}-` : '') + (days > 0 || hours > 0 ? `${two(hours)}:` : '') + short
}

/** Time of day: "22:24:10". */
const clock = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`

interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Days since 1970 as a date: years are counted from March, so that the leap day comes last. */
function dateOf(seconds: number): CivilDate {
  const days = Math.floor(seconds / DAY) + 719_468
  const era = Math.floor(days / 146_097)
  const inEra = days - era * 146_097
  const years = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  )
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100))
  const march = Math.floor((5 * inYear + 2) / 153)
  const month = (march + 2) % 12
  return {
    year: years + era * 400 + (month < 2 ? 1 : 0),
    month,
    day: inYear - Math.floor((153 * march + 2) / 5) + 1,
  }
}

/** Start as STIME: the time of today, the day of this year, or the year. */
export function stimeText({ startedAt, now }: PsProcess): string {
  const began = dateOf(startedAt)
  const today = dateOf(now)
  if (began.year !== today.year) return String(began.year)
  if (began.month !== today.month || began.day !== today.day) return MONTHS[began.month] + two(began.day)
  return clock(startedAt).slice(0, 5)
}

/** Start as STARTED: the time within a day, "  Jun 06" before. */
export function startText({ startedAt, now }: PsProcess): string {
  return startedAt + DAY > now ? clock(startedAt) : `  ${monthDay(startedAt)}`
}

/** Start as BSD's START: " 22:24", "Jun 06". */
export const dateText = ({ startedAt, now }: PsProcess): string =>
  now - startedAt > DAY ? monthDay(startedAt) : ` ${clock(startedAt).slice(0, 5)}`

function monthDay(seconds: number): string {
  const { month, day } = dateOf(seconds)
  return `${MONTHS[month]} ${String(day).padStart(2)}`
}

/** "Mon Nov 23 03:20:18 2026" */
export function lstartText({ startedAt }: PsProcess): string {
  const weekday = WEEKDAYS[Math.floor(startedAt / DAY) % 7]
  return `${weekday} ${monthDay(startedAt)} ${clock(startedAt)} ${dateOf(startedAt).year}`
}
