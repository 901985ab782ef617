import type { Figure, FigureTable, LegendEntry, Sign } from '../charts/figure-data.js'
import { type Html, html, markup } from '../html.js'

/** A chart with its description, its legend and its numbers. */
export function figureHtml(figure: Figure, { level = 4 }: { readonly level?: 4 | 5 } = {}): Html {
  const { id, title, description, svg, table, legend } = figure
  const heading = level === 4 ? html`<h4 id="${id}">${title}</h4>` : html`<h5 id="${id}">${title}</h5>`
  return html`<figure aria-labelledby="${id}">
${heading}
<figcaption>${description}</figcaption>
${legend && legendHtml(legend)}
${markup(svg)}
<details class="numbers"><summary>Numbers<span class="muted"> of “${title}”</span></summary>${tableHtml(`Numbers of “${title}”`, table)}</details>
</figure>
`
}

/** Charts side by side, if there is room. */
export function figuresHtml(figures: readonly Figure[]): Html {
  return html`<div class="grid">${figures.map(figure => figureHtml(figure))}</div>`
}

export function legendHtml(entries: readonly LegendEntry[]): Html {
  return html`<ul class="legend">${entries.map(
    ({ label, color, sign }) =>
      html`<li><svg viewBox="0 0 24 12" aria-hidden="true" style="color:${color}">${markup(SIGNS[sign])}</svg>${label}</li>`,
  )}</ul>`
}

const SIGNS: Readonly<Record<Sign, string>> = {
  circle: '<circle cx="12" cy="6" r="4.5" fill="currentColor"/>',
  square: '<rect x="8" y="2" width="8" height="8" fill="currentColor"/>',
  triangle: '<path d="M12 1L17 10H7Z" fill="currentColor"/>',
  line: '<path d="M0 6H24" stroke="currentColor" stroke-width="3"/>',
  dashed: '<path d="M0 6H24" stroke="currentColor" stroke-width="3" stroke-dasharray="6 3"/>',
}

/** A table of figures: the first cell of each row heads it. */
export function tableHtml(
  caption: string,
  { header, rows, note }: FigureTable,
  kind: 'figures' | 'text' = 'figures',
): Html {
  const table = html`<table class="${kind}"><caption>${caption}${note && html`. ${note}`}</caption>
<thead><tr>${header.map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody></table>`
  return scrollable(caption, table)
}

/** Shares in per mille as shaded cells in percent, without the sign; what rounds to nothing stays blank. */
export function heatCells(perMille: readonly number[]): Html[] {
  return perMille.map(value =>
    value < 5 ? html`<td></td>` : html`<td style="--v:${value / 1000}">${Math.round(value / 10)}</td>`,
  )
}

/** Content that may be wider than a phone: it scrolls by itself, with the keyboard too. */
export function scrollable(label: string, content: Html): Html {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${content}</div>`
}
