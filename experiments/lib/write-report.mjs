// Writes tables into docs/results.md, or another page that a definition names, between markers, and a chart for each experiment into docs/charts/.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from '../../bench/lib/table.mjs'
import { drawChart } from './charts.mjs'
import { planRuns } from './plan.mjs'
import { isSameConfig, readResults, writeWhole } from './results.mjs'
import { count, duration, summarize } from './summary.mjs'

/** Writes the results of these experiments; for one without results, how to run it. */
export async function writeReport(definitions, options) {
  const pages = new Map()
  const textOf = page => {
    const file = join(options.docs, page)
    return pages.get(page) ?? (existsSync(file) ? readFileSync(file, 'utf8') : '# Results\n')
  }
  for (const definition of definitions) {
    const { page = 'results.md' } = definition
    const records = currentRecords(definition, options)
    const chartFile = join(options.docs, 'charts', `${definition.name}.svg`)
    const { lead, tables, chart } = definition.report(summarize(definition, records), records)
    const hasChart = chart !== undefined && chart.points.length > 0
    if (hasChart) {
      mkdirSync(join(options.docs, 'charts'), { recursive: true })
      writeWhole(chartFile, await drawChart(chart))
    } else rmSync(chartFile, { force: true })
    pages.set(
      page,
      withSection(
        textOf(page),
        definition.name,
        section(definition, { lead, tables, chart, hasChart, records }),
      ),
    )
  }
  for (const [page, text] of pages) writeWhole(join(options.docs, page), text)
}

/** The results that were made with the definition's present settings. */
function currentRecords(definition, options) {
  const stored = Object.values(readResults(options.results, definition.name))
  const seeds = [...new Set(stored.map(({ seed }) => seed))]
  if (seeds.length === 0) return []
  const planned = new Map(planRuns(definition, { ...options, seeds }).map(run => [run.id, run]))
  return stored.filter(record => {
    const run = planned.get(record.id)
    return run && isSameConfig(record.config, run.symbolic(run.config()))
  })
}

function section({ name, title }, { lead, tables, chart, hasChart, records }) {
  const filled = tables.filter(({ rows }) => rows.length > 0)
  return [
    `## ${title}`,
    '',
    lead.trim(),
    '',
    ...(hasChart ? [`![${chart.title}](charts/${name}.svg)`, ''] : []),
    ...filled.flatMap(tableLines),
    ...(filled.some(isIncomplete) ? ['\\*: some of the planned seeds or folds have not been run.', ''] : []),
    ...(records.length === 0
      ? [`Not run yet: \`npm run experiments -- ${name}\`.`, '']
      : commands(name, records)),
  ].join('\n')
}

/** @param folded the summary line of a table that is collapsed until clicked */
function tableLines({ header, rows, note, folded }) {
  const lines = [markdownTable(header, rows), '', ...(note ? [note, ''] : [])]
  return folded ? [`<details><summary>${folded}</summary>`, '', ...lines, '</details>', ''] : lines
}

function isIncomplete({ rows }) {
  return rows.flat().some(cell => String(cell).endsWith('\\*'))
}

/** Each run with its costs and the command that repeats it. */
function commands(name, records) {
  const machines = [...new Set(records.map(({ machine }) => machineLine(machine)))]
  return [
    `<details><summary>${records.length} ${records.length === 1 ? 'run' : 'runs'}: commands, seeds, times</summary>`,
    '',
    `${machines.join('; ')}. \`npm run experiments -- ${name}\` makes all of them. The commands one by one (\`$C\` is the folder of`,
    'the corpora, `$D` the folder of what was cut out of them, and `nerite` is `node bin/nerite.js`):',
    '',
    markdownTable(
      [
        'run',
        'seed',
        'epochs',
        'best',
        'updates',
        'parameters',
        'time',
        'in parallel',
        'load before',
        'commit',
        'F1',
      ],
      records.map(({ id, seed, epochs, bestEpoch, updates, parameters, seconds, machine, dev }) => [
        id,
        seed,
        epochs,
        bestEpoch ?? '–',
        count(updates),
        count(parameters),
        duration(seconds),
        machine?.jobs ?? 1,
        machine?.loadBefore ?? '–',
        machine?.commit ?? '–',
        dev.f1?.toFixed(4) ?? '–',
      ]),
    ),
    '',
    '```',
    ...records.map(({ command }) => command),
    '```',
    '',
    '</details>',
    '',
  ]
}

function machineLine(machine) {
  return machine
    ? `${machine.processor}, ${machine.cores} cores, Node ${machine.node.split('.')[0]}`
    : 'unknown machine'
}

const begin = name => `<!-- experiment ${name} -->`
const end = name => `<!-- end of ${name} -->`

/** Puts an experiment's section in its place, or at the end. All other text stays. */
export function withSection(text, name, body) {
  const section = `${begin(name)}\n\n${body.trim()}\n\n${end(name)}`
  const from = text.indexOf(begin(name))
  if (from < 0) return `${text.trimEnd()}\n\n${section}\n`
  const to = text.indexOf(end(name), from)
  if (to < 0) throw new Error(`expected ${end(name)} after ${begin(name)}, got none; put it back`)
  return text.slice(0, from) + section + text.slice(to + end(name).length)
}
