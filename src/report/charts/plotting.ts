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

/** Charts drawn in a document: that of a page, or one without a page. */
export function plottingWith(Plot: typeof PlotModule, document: Document): Plotting {
  return {
    Plot,
    draw: (label, options) => {
      const svg = Plot.plot({
        className: 'plot',
        width: WIDTH,
        height: 240,
        // The axis has its name below its numbers.
        ...(options.x?.label && { marginBottom: 40 }),
        ...options,
        document,
      })
      for (const style of svg.querySelectorAll('style')) style.remove()
      svg.removeAttribute('font-family')
      svg.removeAttribute('height')
      // Not as a style: pages may forbid those in elements.
      svg.removeAttribute('style')
      svg.setAttribute('font-size', '11')
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
