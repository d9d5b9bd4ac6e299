/** What a command of the read-out shell leaves behind. */
export interface CommandResult {
  readonly out: string
  readonly err: string
  readonly status: number
}

export const ok = (out: string): CommandResult => ({ out, err: '', status: 0 })
export const failed = (err: string, status = 1, out = ''): CommandResult => ({ out, err, status })
