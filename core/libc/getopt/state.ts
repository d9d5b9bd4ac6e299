/** What getopt remembers between two calls (struct _getopt_data, glibc posix/getopt_int.h). */

/** What becomes of arguments that are no options: they end them, move behind them, or are returned as option 1. */
export type Ordering = 'require' | 'permute' | 'return'

export interface GetoptState {
  /** A scan has begun. The program begins another with optind = 0. */
  begun: boolean
  ordering: Ordering
  /** Address of the next character in a group of short options, 0 or of a NUL between two arguments. */
  nextChar: number
  /** Indices in argv of the arguments that were passed over and are no options: from the first to behind the last. */
  firstPassed: number
  lastPassed: number
  /** What every call gives optopt: the last option that was unknown or lacked an argument, of earlier scans too. */
  optopt: number
}

export const freshGetopt = (): GetoptState => ({
  begun: false,
  ordering: 'permute',
  nextChar: 0,
  firstPassed: 1,
  lastPassed: 1,
  optopt: 0,
})
