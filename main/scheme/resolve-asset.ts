/** Which file an app:// address means. Pure, so that every trick with dots, slashes and escapes can be tried on it. */

import { extname, join, normalize, sep } from 'node:path'

export const APP_HOST = 'pagewalk'

/** What a page of ours can be made of. Anything else is not served: there is nothing else to serve. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
}

export interface Asset {
  readonly path: string
  readonly mime: string
}

export function resolveAsset(root: string, address: string): Asset | undefined {
  let url: URL
  let path: string
  try {
    url = new URL(address)
    // The URL parser has folded `..` and `%2e%2e`; `%2f..%2f` it leaves, and decoding brings it back.
    path = decodeURIComponent(url.pathname)
  } catch {
    return undefined
  }
  if (url.protocol !== 'app:' || url.host !== APP_HOST || path.includes('\0') || path.includes('\\')) return undefined
  const file = normalize(join(root, path.endsWith('/') ? `${path}index.html` : path))
  if (!file.startsWith(root + sep)) return undefined
  const mime = MIME_TYPES[extname(file).toLowerCase()]
  return mime === undefined ? undefined : { path: file, mime }
}
