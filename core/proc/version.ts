/** Versions of kernels and tools, compared: what /proc and procps print changed now and then. */

/** Whether `version` is `first` or later, number by number: since('4.15', '4.4') is true. */
export function since(version: string, first: string): boolean {
  const have = version.split('.').map(Number)
  const want = first.split('.').map(Number)
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - want[i]
    if (difference !== 0) return difference > 0
  }
  return true
}
