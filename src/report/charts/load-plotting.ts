import { type Plotting, plottingWith } from './plotting.js'

/** Loads the plotting library; it takes a moment, so nothing else imports it. */
export async function loadPlotting(): Promise<Plotting> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  return plottingWith(Plot, document as unknown as Document)
}
