import type { Figure } from './charts/figure-data.js'
import { loadPlotting, type Plotting } from './charts/plotting.js'
import { clip } from './clip.js'
import { type Html, html, markup } from './html.js'
import { typeColors } from './page/entity-line.js'
import { pageScript, scriptHash } from './page/script.js'
import { STYLE } from './page/style.js'
import type { ReportData } from './report-data.js'
import { attentionSection } from './sections/attention.js'
import { breakdownSection } from './sections/breakdowns.js'
import { calibrationSection } from './sections/calibration.js'
import { cardSection } from './sections/card.js'
import { confusionSection } from './sections/confusion.js'
import { corpusSection } from './sections/corpora.js'
import { errorSection, suspectSection } from './sections/errors.js'
import { learningSection } from './sections/learning.js'
import { probabilitySection } from './sections/probabilities.js'
import { type MakeSection, type Section, typesByCount } from './sections/section.js'
import { sentenceSection } from './sections/sentences.js'
import { summarySection } from './sections/summary.js'
import { weightSection } from './sections/weights.js'

/** No report is larger, in bytes. */
export const REPORT_BYTES = 2_000_000

const SECTIONS: readonly MakeSection[] = [
  summarySection,
  learningSection,
  confusionSection,
  errorSection,
  sentenceSection,
  probabilitySection,
  weightSection,
  attentionSection,
  calibrationSection,
  breakdownSection,
  suspectSection,
  corpusSection,
  cardSection,
]

/** Shares of the lists that are kept if the whole page is too large. */
const SHARES = [1, 0.5, 0.25, 0.1, 0.03, 0]

/**
 * The report as one HTML page: no other file, no request, no script but its own (its content security policy says so),
 * and under 2 MB: if texts are so long that the capped lists still exceed that, the lists are shortened and the page
 * says so.
 *
 * @example
 * writeFileSync('report.html', await renderReport({ ...data, title: 'runs/a' }))
 */
export async function renderReport(data: ReportData): Promise<string> {
  const plotting = await loadPlotting()
  const script = pageScript()
  const hash = await scriptHash(script)
  for (const share of SHARES) {
    const shown = share === 1 ? data : shortened(data, share)
    const page = pageHtml(shown, makeSections(shown, plotting), script, hash)
    if (new TextEncoder().encode(page).length <= REPORT_BYTES) return page
  }
  throw new RangeError(
    `the report of ${clip(data.title, 60)} is larger than ${REPORT_BYTES} bytes even without its lists`,
  )
}

/**
 * The report's charts for a page of your own: SVG whose colors are CSS variables (`--c0` to `--c9`, `--good`, `--bad`,
 * `--faint`, `--muted`), each with a title, a description and its numbers.
 *
 * @example
 * const [byType] = await reportFigures(await runReport('runs/a'))
 * writeFileSync('by-type.svg', byType.svg)
 */
export async function reportFigures(data: ReportData): Promise<Figure[]> {
  return makeSections(data, await loadPlotting()).flatMap(({ figures = [] }) => figures)
}

function makeSections(data: ReportData, plotting: Plotting): Section[] {
  const types = typesByCount(data.evaluation.scores)
  const input = { data, plotting, types, colorOf: typeColors(types) }
  return SECTIONS.map(make => make(input)).filter(section => section !== undefined)
}

/** The data with this share of every list's items. */
function shortened(data: ReportData, share: number): ReportData {
  const { evaluation, probabilities, attention, settings, model } = data
  const { errors, sentences, suspects, confusions } = evaluation
  const part = <L extends { readonly items: readonly unknown[] }>(list: L): L => ({
    ...list,
    items: list.items.slice(0, Math.floor(list.items.length * share)),
  })
  return {
    ...data,
    evaluation: {
      ...evaluation,
      errors: part(errors),
      sentences: part(sentences),
      confusions: part(confusions),
      ...(suspects && { suspects: part(suspects) }),
    },
    ...(probabilities && { probabilities: { sentences: part(probabilities.sentences) } }),
    ...(attention && { attention: { sentences: part(attention.sentences) } }),
    ...(model && { model: { ...model, warnings: part({ items: model.warnings }).items } }),
    ...(settings && { settings: settings.map(([name, value]) => [name, clip(value, 80)] as const) }),
    notes: [...data.notes, 'Very long texts: the lists below were shortened to keep this page under 2 MB.'],
  }
}

function pageHtml(data: ReportData, sections: readonly Section[], script: string, hash: string): string {
  const { title, notes, made, generator } = data
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${hash}'; img-src data:; base-uri 'none'; form-action 'none'`
  const head: Html = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${clip(title, 200)} – report</title>
<style>${markup(STYLE)}</style>`
  return html`<!doctype html>
<html lang="en">
<head>
${head}
</head>
<body>
<header class="top"><h1>${clip(title, 200)}</h1>
<p class="muted">Entity recognition, measured on ${data.evaluation.corpus}</p>
${notes.map(note => html`<p><b>Note:</b> ${note}</p>`)}</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections.map(
  ({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>
`,
)}</main>
<footer><p>Made by ${generator} on ${made}. This file is complete: it loads nothing and sends nothing. It contains text of the
corpora named above.</p></footer>
<script>${markup(script)}</script>
</body>
</html>
`.text
}
