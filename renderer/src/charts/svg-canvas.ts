/**
 * A chart's SVG painted on a canvas. An SVG that is loaded as a picture may not use the page's fonts; a canvas may. Knows
 * what main/report/chart draws: rect, path and text, groups that are moved, patterns of one path, plain colours.
 */

/** Device pixels for each of the picture's: sharp on paper and on dense screens. */
const SCALE = 2

export async function pngOf(svg: string): Promise<Uint8Array> {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
  await fontsFor(root)
  const canvas = document.createElement('canvas')
  canvas.width = number(root, 'width') * SCALE
  canvas.height = number(root, 'height') * SCALE
  const context = canvas.getContext('2d')
  if (!context) throw new Error('there is no canvas')
  context.scale(SCALE, SCALE)
  paintChildren(root, context, root)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('the picture could not be made')
  return new Uint8Array(await blob.arrayBuffer())
}

type Context = CanvasRenderingContext2D

/** An attribute of the element or of what it is in. */
const inherited = (element: Element, name: string): string | null =>
  element.closest(`[${name}]`)?.getAttribute(name) ?? null
const number = (element: Element, name: string, otherwise = 0): number => {
  const text = element.getAttribute(name)
  return text === null ? otherwise : Number(text)
}

const fontOf = (element: Element): string =>
  `${inherited(element, 'font-weight') ?? '400'} ${inherited(element, 'font-size') ?? '11'}px ${inherited(element, 'font-family') ?? 'sans-serif'}`

/** Fonts come when a text first needs them; the canvas would not wait. */
async function fontsFor(root: Element): Promise<void> {
  const texts = [...root.querySelectorAll('text')]
  await Promise.all(texts.map((text) => document.fonts.load(fontOf(text), text.textContent ?? '')))
}

function paintChildren(element: Element, context: Context, root: Element): void {
  for (const child of element.children) paint(child, context, root)
}

function paint(element: Element, context: Context, root: Element): void {
  switch (element.localName) {
    case 'g': {
      const [, x = '0', y = '0'] =
        /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(element.getAttribute('transform') ?? '') ?? []
      context.save()
      context.translate(Number(x), Number(y))
      paintChildren(element, context, root)
      return context.restore()
    }
    case 'rect': {
      const path = new Path2D()
      path.roundRect(
        number(element, 'x'),
        number(element, 'y'),
        number(element, 'width'),
        number(element, 'height'),
        number(element, 'rx'),
      )
      return fillAndStroke(element, path, context, root)
    }
    case 'path':
      return fillAndStroke(element, new Path2D(element.getAttribute('d') ?? ''), context, root)
    case 'text':
      return write(element, context)
  }
}

function fillAndStroke(element: Element, path: Path2D, context: Context, root: Element): void {
  const fill = element.getAttribute('fill') ?? '#000'
  const stroke = element.getAttribute('stroke')
  if (fill !== 'none') {
    context.globalAlpha = number(element, 'fill-opacity', 1)
    context.fillStyle = inkOf(fill, context, root)
    context.fill(path)
    context.globalAlpha = 1
  }
  if (!stroke) return
  context.strokeStyle = stroke
  context.lineWidth = number(element, 'stroke-width', 1)
  context.lineJoin = element.getAttribute('stroke-linejoin') === 'round' ? 'round' : 'miter'
  context.setLineDash((element.getAttribute('stroke-dasharray') ?? '').split(' ').filter(Boolean).map(Number))
  context.stroke(path)
}

function inkOf(fill: string, context: Context, root: Element): string | CanvasPattern {
  const id = /^url\(#([\w-]+)\)$/.exec(fill)?.[1]
  const pattern = id === undefined ? null : root.querySelector(`pattern[id="${id}"]`)
  if (!pattern) return fill
  const tile = document.createElement('canvas')
  tile.width = tile.height = number(pattern, 'width') * SCALE
  const ink = tile.getContext('2d')
  if (!ink) return 'transparent'
  ink.scale(SCALE, SCALE)
  paintChildren(pattern, ink, root)
  const made = context.createPattern(tile, 'repeat')
  made?.setTransform(new DOMMatrix().scale(1 / SCALE))
  return made ?? 'transparent'
}

const ALIGN: Readonly<Record<string, CanvasTextAlign>> = { start: 'left', middle: 'center', end: 'right' }

function write(element: Element, context: Context): void {
  context.font = fontOf(element)
  context.textAlign = ALIGN[element.getAttribute('text-anchor') ?? 'start'] ?? 'left'
  context.fillStyle = inherited(element, 'fill') ?? '#000'
  context.fillText(element.textContent ?? '', number(element, 'x'), number(element, 'y'))
}
