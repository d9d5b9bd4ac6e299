/**
 * What of a row changed since the previous stop. The simulation says which fields did, and where it can what they were;
 * here that becomes a mark that does not rest on colour alone.
 */
export interface Marked {
  readonly changed: readonly string[]
  readonly was?: Readonly<Record<string, number | string>> | undefined
}

export interface CellChange {
  readonly direction: 'up' | 'down' | 'other'
  readonly was: number | string | undefined
}

export const isNewRow = (row: Marked): boolean => row.changed.includes('*')

export function cellChange(row: Marked, field: string, now: unknown): CellChange | undefined {
  if (!row.changed.includes(field)) return undefined
  const was = row.was?.[field]
  if (typeof was === 'number' && typeof now === 'number' && was !== now)
    return { direction: now > was ? 'up' : 'down', was }
  return { direction: 'other', was }
}

export const CHANGE_SIGN = { up: '▲', down: '▼', other: '●' } as const
