import { formatCount } from '../evaluate/format-number.js'
import { advice } from './advice.js'
import type { Figure } from './charts/figure-data.js'
import { loadPlotting } from './charts/load-plotting.js'
import type { Plotting } from './charts/plotting.js'
import { clip } from './clip.js'
import { type Html, html, markup } from './html.js'
import { typeColors } from './page/entity-line.js'
import { pageScript, scriptHash } from './page/script.js'
import { STYLE } from './page/style.js'
import { type Answer, verdictHtml } from './page/verdict-html.js'
import type { ReportData } from './report-data.js'
import { attentionSection } from './sections/attention.js'
import { breakdownSection } from './sections/breakdowns.js'
import { calibrationSection } from './sections/calibration.js'
import { cardSection, settingsSection } from './sections/card.js'
import { confusionSection } from './sections/confusion.js'
import { corpusSection } from './sections/corpora.js'
import { errorListSection, errorSection, suspectSection } from './sections/errors.js'
import { learningSection, typeCurveSection } from './sections/learning.js'
import { partSection } from './sections/parts.js'
import { probabilitySection } from './sections/probabilities.js'
import { type MakeSection, type Section, typesByCount } from './sections/section.js'
import { sentenceSection } from './sections/sentences.js'
import { countingSection, summarySection } from './sections/summary.js'
import { weightSection } from './sections/weights.js'
import { comparisonBars, comparisonText, verdict } from './verdict.js'

/** No report is larger, in bytes. */
export const REPORT_BYTES = 1_000_000

/** Sections that belong together, under one entry of the index. */
interface Group {
  readonly id: string
  readonly title: string
  readonly sections: readonly MakeSection[]
}

const GROUPS: readonly Group[] = [
  {
    id: 'types',
    title: 'Scores',
    sections: [summarySection, partSection, countingSection, breakdownSection],
  },
  {
    id: 'mistakes',
    title: 'Errors',
    sections: [errorSection, confusionSection, errorListSection, suspectSection],
  },
  { id: 'text', title: 'Text', sections: [sentenceSection, probabilitySection, attentionSection] },
  { id: 'confidence', title: 'Confidence', sections: [calibrationSection] },
  { id: 'learning', title: 'Learning', sections: [learningSection, typeCurveSection] },
  { id: 'data', title: 'Corpora', sections: [corpusSection] },
  { id: 'model', title: 'Model', sections: [weightSection, cardSection, settingsSection] },
]

/** Steps that are advised. */
const STEPS = 2

/** Shares of the lists that are kept if the whole page is too large. */
const SHARES = [1, 0.5, 0.25, 0.1, 0.03, 0]

/**
 * The report as one HTML page: no other file, no request, no script but its own (its content security policy says so),
 * and at most 1 MB: if texts are so long that the capped lists still exceed that, the lists are shortened and the page
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
    const page = pageHtml(shown, makeGroups(shown, plotting), script, hash)
    if (new TextEncoder().encode(page).length <= REPORT_BYTES) return page
  }
  throw new RangeError(
    `the report of ${clip(data.title, 60)} is larger than ${REPORT_BYTES} bytes even without its lists`,
  )
}

/**
 * The report's charts for a page of your own: SVG whose colors are CSS variables (`--s0` to `--s2`, `--fill`, `--bad`,
 * `--text`, `--faint`, `--muted`), each with a title, a description and its numbers.
 *
 * @example
 * const [byType] = await reportFigures(await runReport('runs/a'))
 * writeFileSync('by-type.svg', byType.svg)
 */
export async function reportFigures(data: ReportData): Promise<Figure[]> {
  const groups = makeGroups(data, await loadPlotting())
  return groups.flatMap(({ sections }) => sections.flatMap(({ figures = [] }) => figures))
}

interface MadeGroup extends Pick<Group, 'id' | 'title'> {
  readonly sections: readonly Section[]
}

function makeGroups(data: ReportData, plotting: Plotting): MadeGroup[] {
  const types = typesByCount(data.evaluation.scores)
  const input = { data, plotting, types, colorOf: typeColors(types) }
  return GROUPS.map(({ id, title, sections }) => ({
    id,
    title,
    sections: sections.map(make => make(input)).filter(section => section !== undefined),
  })).filter(({ sections }) => sections.length > 0)
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
    notes: [...data.notes, 'Very long texts: the lists below were shortened to keep this page under 1 MB.'],
  }
}

function pageHtml(data: ReportData, groups: readonly MadeGroup[], script: string, hash: string): string {
  const { title, notes, made, generator, evaluation } = data
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${hash}'; img-src data:; base-uri 'none'; form-action 'none'`
  const head: Html = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${clip(title, 200)} – report</title>
<style>${markup(STYLE)}</style>`
  const { sentences, exact } = evaluation.scores
  return html`<!doctype html>
<html lang="en">
<head>
${head}
</head>
<body>
<div class="page">
<header class="top"><h1>${clip(title, 200)}</h1>
<p class="muted small">Entity recognition, measured on ${evaluation.corpus}: ${formatCount(sentences)} sentences, ${formatCount(exact.micro.gold)} entities</p></header>
<nav aria-label="Sections"><ul><li><a href="#verdict">Verdict</a></li>${groups.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${verdictHtml(answerOf(data))}
${notes.length > 0 && html`<ul class="notes">${notes.map(note => html`<li>${note}</li>`)}</ul>`}
${groups.map(groupHtml)}</main>
<footer><p>Made by ${generator} on ${made.replace(/T(\d\d:\d\d).*/, ' at $1 UTC')}. This file is complete: it loads nothing and sends nothing. It contains text of the
corpora named above.</p></footer>
</div>
<script>${markup(script)}</script>
</body>
</html>
`.text
}

function answerOf(data: ReportData): Answer {
  const steps = advice(data)
  const distinct = steps.filter((step, i) => steps.findIndex(({ title }) => title === step.title) === i)
  return {
    ...verdict(data.evaluation),
    f1: data.evaluation.scores.exact.micro.f1,
    bars: comparisonBars(data),
    comparison: comparisonText(data),
    next: distinct.slice(0, STEPS),
  }
}

function groupHtml({ id, title, sections }: MadeGroup, index: number): Html {
  return html`<section class="group" aria-labelledby="${id}"><div class="index-head"><h2 id="${id}">${title}</h2>${index === 0 && html`<button type="button" class="js" data-all>Open all</button>`}</div>
${sections.map(foldHtml)}</section>
`
}

/** A section that folds; what it says is read while it is closed. */
function foldHtml({ id, title, finding, body, isOpen }: Section): Html {
  return html`<details class="fold" id="${id}"${isOpen ? html` open` : html``}><summary><h3>${title}</h3><span>${finding}</span></summary>
<div class="body">${body}</div></details>
`
}
