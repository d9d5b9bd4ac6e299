/**
 * Patterns in words, expanded over what there is: * ? [ ] between slashes, as POSIX has it. A word that fits nothing stays
 * as it is.
 *
 * Left out: character classes, equivalence classes, ranges by locale.
 */

/** Names in a folder; undefined when there is no such folder. */
export type Entries = (path: string) => readonly string[] | undefined

/** @param pattern the word, with a backslash before every character that stands for itself */
export function expandGlob(pattern: string, entries: Entries): readonly string[] {
  const absolute = pattern.startsWith('/')
  let paths: readonly string[] = [absolute ? '' : '.']
  for (const part of pattern.split('/').filter(Boolean)) {
    if (!isPattern(part)) {
      const plain = part.replace(/\\(.)/g, '$1')
      paths = paths.map((path) => `${path}/${plain}`)
    } else {
      const fits = new RegExp(`^${regexOf(part)}$`)
      paths = paths.flatMap((path) =>
        (entries(path === '' ? '/' : path) ?? [])
          .filter((name) => fits.test(name) && (!name.startsWith('.') || part.startsWith('.')))
          .sort()
          .map((name) => `${path}/${name}`),
      )
    }
  }
  const exist = paths.filter((path) => exists(path, entries))
  return absolute ? exist : exist.map((path) => path.slice(2))
}

export const isPattern = (text: string): boolean => /(?<!\\)(?:\\\\)*[*?[]/.test(text)

function exists(path: string, entries: Entries): boolean {
  const cut = path.lastIndexOf('/')
  return entries(path) !== undefined || (entries(path.slice(0, cut) || '/')?.includes(path.slice(cut + 1)) ?? false)
}

function regexOf(part: string): string {
  return part.replace(/\\(.)|\[([!^]?)(\]?[^\]]*)\]|[*?]|[.+^${}()|[\]\\]/g, (all, escaped, not, set) => {
    if (escaped !== undefined) return escape(String(escaped))
    if (set !== undefined) return `[${not ? '^' : ''}${String(set).replace(/[\]\\]/g, '\\$&')}]`
    return all === '*' ? '[^/]*' : all === '?' ? '[^/]' : escape(String(all))
  })
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
