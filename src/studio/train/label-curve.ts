import type { ProjectRun } from '../../label/project.js'
import { drawFigure, UNIT_AXIS } from '../../report/charts/figure.js'
import type { Figure } from '../../report/charts/figure-data.js'
import type { Plotting } from '../../report/charts/plotting.js'
import { percent } from '../components/entity-text.js'

/** F1 of the runs of a project by how many documents they learned from. */
export function labelCurve(plotting: Plotting, runs: readonly ProjectRun[]): Figure[] {
  const { Plot } = plotting
  const scored = runs.flatMap(run => (run.f1 === null ? [] : [{ ...run, f1: run.f1 }]))
  const last = scored.at(-1)
  if (!last) return []
  const points = [...scored].sort((a, b) => a.trained - b.trained)
  return [
    drawFigure(plotting, {
      id: 'label-curve',
      title: 'F1 by number of labels',
      description:
        `Each run on the texts that were held out from it. ${last.folder}: F1 ${percent(last.f1)} after ${last.trained} texts, ` +
        `on ${last.heldOut} held out. With few of those, the estimate is rough.`,
      plot: {
        x: { label: 'texts learned from', zero: true, nice: true, ticks: 6, tickFormat: 'd' },
        y: { ...UNIT_AXIS, grid: true },
        marks: [
          Plot.line(points, { x: 'trained', y: 'f1', stroke: 'var(--s0)', strokeWidth: 2 }),
          Plot.dot(points, { x: 'trained', y: 'f1', r: 4, fill: 'var(--s0)' }),
        ],
      },
      table: {
        header: ['run', 'texts learned from', 'held out', 'F1'],
        rows: scored.map(run => [run.folder, String(run.trained), String(run.heldOut), percent(run.f1)]),
      },
    }),
  ]
}
