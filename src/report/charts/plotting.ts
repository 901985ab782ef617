import type * as PlotModule from '@observablehq/plot'
import { visible } from '../html.js'

/**
 * Observable Plot with a document to draw in, so that charts are made in Node.js and in a browser alike and come out
 * as text. Colors are CSS variables: one SVG serves light and dark.
 */
export interface Plotting {
  readonly Plot: typeof PlotModule
  /** Draws a chart. @returns an `<svg>` element without style sheet, `role="img"` with this label */
  readonly draw: (label: string, options: PlotModule.PlotOptions) => string
}

/** Of a chart, unless it says otherwise. */
export const WIDTH = 360

/** Attributes that hold coordinates, which need no more than a tenth of a pixel. */
const COORDINATES = [
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'width',
  'height',
  'points',
]

/** Loads the plotting library; it takes a moment, so nothing else imports it. */
export async function loadPlotting(): Promise<Plotting> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  return {
    Plot,
    draw: (label, options) => {
      const svg = Plot.plot({
        className: 'plot',
        width: WIDTH,
        height: 240,
        // The axis has its name below its numbers.
        ...(options.x?.label && { marginBottom: 40 }),
        style: { fontSize: '11px' },
        ...options,
        document: document as unknown as Document,
      })
      for (const style of svg.querySelectorAll('style')) style.remove()
      svg.removeAttribute('font-family')
      svg.removeAttribute('height')
      svg.setAttribute('role', 'img')
      svg.setAttribute('aria-label', visible(label))
      for (const element of svg.querySelectorAll('*')) tidy(element)
      return svg.outerHTML
    },
  }
}

function tidy(element: Element): void {
  if (element.children.length === 0 && element.textContent) element.textContent = visible(element.textContent)
  element.removeAttribute('aria-label')
  element.removeAttribute('aria-hidden')
  for (const name of COORDINATES) {
    const value = element.getAttribute(name)
    if (value?.includes('.'))
      element.setAttribute(
        name,
        value.replace(/-?\d+\.\d{2,}/g, number => String(Math.round(Number(number) * 10) / 10)),
      )
  }
}
