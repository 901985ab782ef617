import type { Advice } from '../advice.js'
import { type Html, html } from '../html.js'
import { percent } from '../percent.js'
import type { Bar, Verdict } from '../verdict.js'

/** What the first screen says: how good, compared with what, and what to do next. */
export interface Answer extends Verdict {
  readonly f1: number | null
  readonly bars: readonly Bar[]
  readonly comparison: string
  readonly next: readonly Advice[]
}

export function verdictHtml(answer: Answer): Html {
  const { headline, f1, meaning, use, bars, comparison, next } = answer
  return html`<section class="verdict" aria-labelledby="verdict">
<div class="answer"><div>
<h2 id="verdict">${headline} <small class="num">F1 ${percent(f1)}</small></h2>
<p><b>${meaning}</b></p>
<p>${use}</p>
</div><div>
${barsHtml(bars)}
${comparison && html`<p class="small muted">${comparison}</p>`}
</div></div>
${next.length > 0 && nextHtml(next)}
</section>
`
}

/** F1 side by side, on one scale from 0 to 100%. */
function barsHtml(bars: readonly Bar[]): Html {
  return html`<table class="compare"><caption>F1, compared</caption>
<tbody>
${bars.map(
  ({
    label,
    note,
    f1,
    interval,
    isOwn,
  }) => html`<tr${isOwn ? html` class="own"` : html``}><th scope="row">${label}${note && html`<small>${note}</small>`}</th><td>${barHtml(f1, interval)}</td><td>${percent(f1)}</td></tr>
`,
)}</tbody></table>`
}

/** A share as a bar, with its interval. */
export function barHtml(share: number | null, interval?: Bar['interval']): Html {
  const width = (value: number) => `${(100 * value).toFixed(1)}%`
  const range =
    interval &&
    interval.high > 0 &&
    html`<b style="left:${width(interval.low)};width:${width(interval.high - interval.low)}"></b>`
  return html`<span class="bar" aria-hidden="true">${share !== null && share > 0 && html`<i style="width:${width(share)}"></i>`}${range}</span>`
}

function nextHtml(next: readonly Advice[]): Html {
  return html`<div class="next"><ol aria-label="What to do next">${next.map(
    ({ title, reason, fold }) =>
      html`<li><h3>${title}</h3><p>${reason} <a href="#${fold}">Show<span class="hidden-text"> why: ${title}</span></a></p></li>`,
  )}</ol></div>`
}
