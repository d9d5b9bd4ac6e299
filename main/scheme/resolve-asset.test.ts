import { describe, expect, it } from 'vitest'
import { resolveAsset } from './resolve-asset.js'

describe('an app:// address', () => {
  const resolve = (address: string): string | undefined => resolveAsset('/app/out/renderer', address)?.path

  it('means a file below the renderer folder', () => {
    expect(resolve('app://pagewalk/')).toBe('/app/out/renderer/index.html')
    expect(resolve('app://pagewalk/index.html?a#b')).toBe('/app/out/renderer/index.html')
    expect(resolve('app://pagewalk/assets/index-1a2b.js')).toBe('/app/out/renderer/assets/index-1a2b.js')
    expect(resolve('app://pagewalk/assets/a%20b.css')).toBe('/app/out/renderer/assets/a b.css')
  })

  it.each([
    'app://pagewalk/../main/index.js',
    'app://pagewalk/%2e%2e/main/index.js',
    'app://pagewalk/..%2fmain/index.js',
    'app://pagewalk/assets/..%2f..%2f..%2fmain%2findex.js',
    'app://pagewalk/..%5cmain/index.js',
    'app://pagewalk//etc/passwd.html/..%2f..%2f..%2f..%2f..%2fetc%2fhosts.js',
    'app://pagewalk/%2fetc%2f..%2f..%2f..%2fx.js',
  ])('never means a file above it: %s', (address) => {
    const path = resolve(address)
    expect(path === undefined || path.startsWith('/app/out/renderer/')).toBe(true)
  })

  it('does not mistake a sibling folder for its own', () => {
    expect(resolve('app://pagewalk/..%2frenderer-old/index.html')).toBeUndefined()
  })

  it.each([
    'app://other/index.html',
    'app://pagewalk:8080/index.html',
    'file:///app/out/renderer/index.html',
    'https://pagewalk/index.html',
    'app://pagewalk/%',
    'app://pagewalk/index.html%00.js',
    'app://pagewalk/settings.ini',
    'app://pagewalk/assets',
    'nonsense',
  ])('that is not one of ours means nothing: %s', (address) => {
    expect(resolve(address)).toBeUndefined()
  })

  it('has the type its contents need', () => {
    expect(resolveAsset('/r', 'app://pagewalk/a.js')?.mime).toContain('text/javascript')
    expect(resolveAsset('/r', 'app://pagewalk/a.woff2')?.mime).toBe('font/woff2')
  })
})
