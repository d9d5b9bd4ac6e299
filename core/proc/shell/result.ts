/** What a command of the read-out shell leaves behind. */
export interface CommandResult {
  readonly out: string
  readonly err: string
  readonly status: number
}

export const ok = (out: string): CommandResult => ({ out, err: '', status: 0 })
/** Said of what a real machine has and this one does not. */
export const notSimulatedText = (what: string): string => `pagewalk: ${what} is not simulated\n`

export const failed = (err: string, status = 1, out = ''): CommandResult => ({ out, err, status })
