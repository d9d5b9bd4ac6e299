import { describe, expect, it } from 'vitest'
import { fileOfLaunch } from './command-line.js'

describe('the file a launch names', () => {
  const packaged = (...args: string[]): string | undefined =>
    fileOfLaunch({ argv: ['/opt/Pagewalk/pagewalk-app', ...args], cwd: '/home/lin', appPath: undefined })
  const development = (...args: string[]): string | undefined =>
    fileOfLaunch({ argv: ['/cache/electron', ...args], cwd: '/src/pagewalk', appPath: '/src/pagewalk' })

  it('is the first argument, from the folder of the launch', () => {
    expect(packaged()).toBeUndefined()
    expect(packaged('demo.c')).toBe('/home/lin/demo.c')
    expect(packaged('/tmp/demo.c', 'other.c')).toBe('/tmp/demo.c')
  })

  it('is no switch of Chromium', () => {
    expect(packaged('--no-sandbox', '--remote-debugging-port=0', 'demo.c')).toBe('/home/lin/demo.c')
    expect(packaged('--', '-odd.c')).toBe('/home/lin/-odd.c')
  })

  it('may be named by a URL, as desktops do', () => {
    expect(packaged('file:///home/lin/my%20run.pagewalk')).toBe('/home/lin/my run.pagewalk')
    expect(packaged('file://elsewhere/run.pagewalk')).toBe('/home/lin/file:/elsewhere/run.pagewalk')
  })

  it('comes after the application when electron runs it', () => {
    expect(development('.')).toBeUndefined()
    expect(development('.', 'demo.c')).toBe('/src/pagewalk/demo.c')
    expect(development('-r', '/tmp/loader.js', '--inspect=0', '/src/pagewalk', '--no-sandbox', 'a.c')).toBe(
      '/src/pagewalk/a.c',
    )
  })
})
