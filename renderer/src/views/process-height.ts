/** How high the list of processes is: as its rows, up to a point; bar and heading, then a line for each. */
export const processHeight = (rows: number): string => `calc(62px + ${Math.min(5, Math.max(1, rows))} * var(--row))`
