import { type Html, html } from '../html.js'

/** A choice of one of some values for the lists that `browse` filters. */
export function filterSelect(
  key: string,
  label: string,
  values: readonly (readonly [value: string, text: string])[],
  every: string,
): Html {
  return html`<label>${label}<select data-filter="${key}"><option value="">${every}</option>${values.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select></label>`
}

export function filterText(label: string): Html {
  return html`<label>${label}<input type="search" data-filter="text" autocomplete="off"></label>`
}

/** A list with its filters, which the script brings to life; without it everything is shown. */
export function browser(controls: readonly Html[], items: readonly Html[]): Html {
  return html`<div data-browse>
<div class="controls js">${controls}</div>
<p class="js shown muted small" data-status role="status"></p>
<ol class="list">${items}</ol>
<p><button type="button" class="js" data-more>Show more</button></p>
</div>`
}
