/** Where the window opens: where it was, as far as there is still a screen there. */

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const MIN_SIZE = { width: 880, height: 560 } as const
const PREFERRED = { width: 1440, height: 900 } as const

/** `screens` are the work areas, the primary one first. */
export function placeWindow(saved: Rectangle | undefined, screens: readonly Rectangle[]): Rectangle {
  const primary = screens[0] ?? { x: 0, y: 0, ...PREFERRED }
  if (saved === undefined || !Object.values(saved).every(Number.isFinite)) return centred(PREFERRED, primary)
  const screen = screens.reduce((best, each) => (overlap(saved, each) > overlap(saved, best) ? each : best), primary)
  if (overlap(saved, screen) === 0) return centred(saved, primary)
  const size = fit(saved, screen)
  return {
    x: Math.round(clamp(saved.x, screen.x, screen.x + screen.width - size.width)),
    y: Math.round(clamp(saved.y, screen.y, screen.y + screen.height - size.height)),
    ...size,
  }
}

function centred(wanted: Pick<Rectangle, 'width' | 'height'>, screen: Rectangle): Rectangle {
  const size = fit(wanted, screen)
  return {
    x: Math.round(screen.x + (screen.width - size.width) / 2),
    y: Math.round(screen.y + (screen.height - size.height) / 2),
    ...size,
  }
}

/** Not smaller than the layout needs, unless the screen itself is. */
function fit(wanted: Pick<Rectangle, 'width' | 'height'>, screen: Rectangle): Pick<Rectangle, 'width' | 'height'> {
  return {
    width: Math.round(Math.min(Math.max(wanted.width, MIN_SIZE.width), screen.width)),
    height: Math.round(Math.min(Math.max(wanted.height, MIN_SIZE.height), screen.height)),
  }
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
