// Charts as files of their own. Like the report's, they follow the reader's light or dark setting.
import { loadPlotting } from '../../dist/report/charts/load-plotting.js'

const STYLE = `<style>
svg{--bg:#fff;--text:#16191d;--faint:#b4bcc6;--c0:#1f5fbf;--c1:#b45309;--c2:#15803d;--c3:#7e3ec9;--c4:#be2f3b;--c5:#00798c;--c6:#7d5a2b;--c7:#b32d7d;background:var(--bg);color:var(--text);font-family:system-ui,sans-serif;--plot-background:var(--bg)}
svg text{white-space:pre}
@media (prefers-color-scheme:dark){svg{--bg:#14171c;--text:#e8ebef;--faint:#59636f;--c0:#72a9ff;--c1:#ff9d45;--c2:#55d08d;--c3:#bd9bff;--c4:#ff7f88;--c5:#40c8d8;--c6:#d3aa7c;--c7:#f58bbf}}
</style>`
const COLORS = Array.from({ length: 8 }, (_, i) => `var(--c${i})`)
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye', 'hexagon']
const WIDTH = 720

/** @param chart `{ kind: 'curves' | 'dots', title, … }` @returns an SVG file's text */
export async function drawChart(chart) {
  const { Plot, draw } = await loadPlotting()
  const svg = draw(chart.title, { ...KINDS[chart.kind](Plot, chart), width: WIDTH })
  const namespaced = svg.includes('xmlns=')
    ? svg
    : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
  return `${namespaced.replace('>', `>\n${STYLE}`)}\n`
}

const KINDS = { curves, dots }

/**
 * Lines of several series by epoch (or another `x`, with a `scale` such as `log`), in one or more panels. Series whose points are
 * `isFlat` do not depend on `x`: dashed lines without dots.
 */
function curves(Plot, { points, x, y, columns = 1, scale, panelHeight = 130 }) {
  const series = [...new Set(points.map(point => point.series))]
  const panels = [...new Set(points.map(point => point.panel ?? ''))]
  const rows = Math.ceil(panels.length / columns)
  const placed = points.map(point => {
    const place = panels.indexOf(point.panel ?? '')
    return { ...point, column: place % columns, row: Math.floor(place / columns) }
  })
  const [flat, bent] = [true, false].map(isFlat => placed.filter(point => (point.isFlat ?? false) === isFlat))
  const inPanel = { fx: 'column', fy: 'row', x: 'x', y: 'y' }
  const isOneValue = new Set(points.map(point => point.y)).size === 1
  const xs = [...new Set(points.map(point => point.x))].sort((a, b) => a - b)
  return {
    height: 90 + rows * (panels.length > 1 ? panelHeight : 260),
    marginLeft: 44,
    marginTop: 34,
    x: {
      ...(scale && { type: scale }),
      label: x,
      ...(xs.length <= 12 ? { ticks: xs } : {}),
      tickFormat: 'd',
      inset: 4,
    },
    y: { label: y, grid: true, nice: true, ...(isOneValue && { domain: [0, 1] }) },
    fx: { axis: null, padding: 0.08 },
    fy: { axis: null, padding: 0.2 },
    color: { domain: series, range: COLORS },
    symbol: { domain: series, range: SYMBOLS },
    marks: [
      Plot.line(bent, { ...inPanel, z: 'series', stroke: 'series', strokeWidth: 1.8 }),
      ...(flat.length > 0
        ? [
            Plot.line(flat, {
              ...inPanel,
              z: 'series',
              stroke: 'series',
              strokeWidth: 1.8,
              strokeDasharray: '6 4',
            }),
          ]
        : []),
      Plot.dot(bent, { ...inPanel, symbol: 'series', fill: 'series', r: 3 }),
      ...(panels.length > 1
        ? [
            Plot.text(
              panels.map((panel, i) => ({ panel, column: i % columns, row: Math.floor(i / columns) })),
              { fx: 'column', fy: 'row', text: 'panel', frameAnchor: 'top-left', dy: -14, fontWeight: 600 },
            ),
          ]
        : []),
      ...legend(Plot, series),
    ],
  }
}

/** One line per row and one symbol per series; bars show the deviation. */
function dots(Plot, { points, x, domain }) {
  const series = [...new Set(points.map(point => point.series))]
  const rows = [...new Set(points.map(point => point.row))]
  return {
    height: 70 + 24 * rows.length,
    marginLeft: 20 + 6.5 * Math.max(...rows.map(row => row.length)),
    marginTop: 34,
    x: { label: x, grid: true, nice: true, ...(domain && { domain }) },
    y: { domain: rows, label: null, tickSize: 0 },
    color: { domain: series, range: COLORS },
    symbol: { domain: series, range: SYMBOLS },
    marks: [
      Plot.ruleY(
        points.filter(({ deviation }) => deviation),
        {
          y: 'row',
          x1: point => point.value - point.deviation,
          x2: point => point.value + point.deviation,
          stroke: 'series',
          strokeWidth: 2,
        },
      ),
      Plot.dot(points, { x: 'value', y: 'row', fill: 'series', symbol: 'series', r: 4 }),
      ...legend(Plot, series),
    ],
  }
}

/** The names of the series along the top, each after its symbol. */
function legend(Plot, series) {
  if (series.length < 2) return []
  let left = 6
  return series.flatMap((name, i) => {
    const at = left
    left += 24 + 6.4 * name.length
    return [
      Plot.dot([name], {
        frameAnchor: 'top-left',
        dx: at,
        dy: -26,
        r: 4,
        fill: COLORS[i % COLORS.length],
        symbol: SYMBOLS[i % SYMBOLS.length],
        ...FIRST_PANEL,
      }),
      Plot.text([name], { frameAnchor: 'top-left', dx: at + 9, dy: -30, text: () => name, ...FIRST_PANEL }),
    ]
  })
}

const FIRST_PANEL = { facet: 'super' }
