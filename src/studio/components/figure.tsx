import { useEffect, useRef, useState } from 'preact/hooks'
import type { Figure } from '../../report/charts/figure-data.js'
import type { Plotting } from '../../report/charts/plotting.js'
import { colored } from './colors.js'

let plotting: Promise<Plotting> | undefined

/** The report's charts, drawn in the page. The library is a file of its own, loaded when there is something to draw. */
function loadPlotting(): Promise<Plotting> {
  plotting ??= (async () => {
    const [{ plottingWith }, Plot] = await Promise.all([
      import('../../report/charts/plotting.js'),
      import('@observablehq/plot'),
    ])
    return plottingWith(Plot, document)
  })()
  return plotting
}

interface FiguresProps {
  readonly draw: (plotting: Plotting) => readonly Figure[]
  /** Drawn again when this changes. */
  readonly of: unknown
}

/** Charts that the report has too, each with its numbers. */
export function Figures({ draw, of }: FiguresProps) {
  const [figures, setFigures] = useState<readonly Figure[] | null>(null)
  useEffect(() => {
    let isWanted = true
    void loadPlotting().then(loaded => {
      if (isWanted) setFigures(draw(loaded))
    })
    return () => {
      isWanted = false
    }
  }, [of])
  if (!figures) return <div class="chart" />
  return (
    <div class="grid">
      {figures.map(figure => (
        <figure key={figure.id}>
          <h3>{figure.title}</h3>
          <figcaption>{figure.description}</figcaption>
          {figure.legend && (
            <ul class="legend">
              {figure.legend.map(({ label, color }) => (
                <li key={label} style={colored(color)}>
                  <i class="swatch" /> {label}
                </li>
              ))}
            </ul>
          )}
          <Drawing svg={figure.svg} />
          <Numbers figure={figure} />
        </figure>
      ))}
    </div>
  )
}

/** The chart as elements. What is parsed here runs nothing. */
function Drawing({ svg }: { readonly svg: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const parsed = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg')
    if (parsed) place.current?.replaceChildren(document.importNode(parsed, true))
  }, [svg])
  return <div class="chart" ref={place} />
}

function Numbers({ figure: { title, table } }: { readonly figure: Figure }) {
  return (
    <details class="small">
      <summary>Numbers</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="scroll" tabIndex={0} aria-label={`Numbers of ${title}`}>
        <table>
          <thead>
            <tr>
              {table.header.map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell, i) => (
                  <td key={table.header[i + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
