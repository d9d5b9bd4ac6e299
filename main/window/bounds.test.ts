import { describe, expect, it } from 'vitest'
import { MIN_SIZE, placeWindow } from './bounds.js'

describe('the window opens', () => {
  const laptop = { x: 0, y: 0, width: 1366, height: 740 }
  const desk = { x: 1366, y: 0, width: 2560, height: 1400 }

  it('in the middle of the primary screen the first time', () => {
    expect(placeWindow(undefined, [desk, laptop])).toEqual({ x: 1926, y: 250, width: 1440, height: 900 })
  })

  it('where it was', () => {
    const was = { x: 1500, y: 60, width: 1200, height: 800 }
    expect(placeWindow(was, [laptop, desk])).toEqual(was)
  })

  it('on the screen that is left, when its own is gone', () => {
    const placed = placeWindow({ x: 3000, y: 60, width: 900, height: 700 }, [laptop])
    expect(placed).toEqual({ x: 233, y: 20, width: 900, height: 700 })
  })

  it('wholly on a screen, when it stood half outside', () => {
    const placed = placeWindow({ x: -400, y: -30, width: 1000, height: 700 }, [laptop])
    expect(placed).toEqual({ x: 0, y: 0, width: 1000, height: 700 })
  })

  it('no larger than the screen and no smaller than its layout', () => {
    expect(placeWindow({ x: 0, y: 0, width: 9000, height: 9000 }, [laptop])).toEqual(laptop)
    expect(placeWindow({ x: 5, y: 5, width: 10, height: 10 }, [laptop])).toEqual({ x: 5, y: 5, ...MIN_SIZE })
  })

  it('somewhere sensible when the numbers are not', () => {
    expect(placeWindow({ x: Number.NaN, y: 0, width: 10, height: 10 }, [laptop])).toEqual(laptop)
    expect(placeWindow(undefined, [])).toEqual({ x: 0, y: 0, width: 1440, height: 900 })
  })
})
