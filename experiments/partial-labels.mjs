// What hidden labels cost, and what a new type does to the old ones: the figures in docs/partial-labels.md.
//
//   node experiments/partial-labels.mjs hidden|fifth [--corpora DIR] [--runs DIR] [--epochs N] [--seeds 1,2,3]
//
// Trains on every second sentence of CoNLL-2003's training part, so that the others are new. Finished runs are not repeated, interrupted ones resume.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Random } from '../dist/base/random.js'
import { loadCorpus } from '../dist/corpus/node/read-corpus.js'
import { encodeSpans } from '../dist/tags/encode-spans.js'
import { lenientSpans } from '../dist/tags/lenient-spans.js'
import { evenlySpread } from './lib/evenly-spread.mjs'
import { trainOnce } from './lib/train-once.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpora: { type: 'string', default: join(root, '../shared/corpora') },
    runs: { type: 'string', default: join(root, 'runs/experiments/partial-labels') },
    epochs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    // Of the new type's trainings.
    seeds: { type: 'string', default: '1,2,3' },
  },
})
const TYPES = ['LOC', 'MISC', 'ORG', 'PER']
const at = name => join(values.runs, name)
const dev = join(values.corpora, 'conll2003/eng.testa')

/** @returns sentences with their entities */
async function sentencesOf(file) {
  const { sentences } = await loadCorpus(join(values.corpora, 'conll2003', file))
  return sentences.map(({ tokens, tags }) => ({ tokens, spans: lenientSpans(tags) }))
}

/** @param records sentences, with the types that are marked in them where not all are */
function write(name, records) {
  mkdirSync(values.runs, { recursive: true })
  const lines = records.map(({ tokens, spans, types }) =>
    JSON.stringify({ tokens, tags: encodeSpans(spans, tokens.length, 'BIO'), ...(types && { types }) }),
  )
  writeFileSync(at(name), `${lines.join('\n')}\n`)
  return at(name)
}

/** Trains, unless that is done. */
function train(name, args, seed = 1) {
  trainOnce(at(name), [...args, '--training.seed', `${seed}`, '--training.threads', values.threads])
}

const recipe = corpus => [
  ...['--preset', 'bilstm-crf', '--corpus.train', corpus, '--corpus.dev', dev],
  ...['--training.epochs', values.epochs],
]

/** Exact scores by type, on a corpus. */
function scoresOf(name, corpus) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, 'bin/nerite.js'), 'evaluate', at(name), corpus, '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (status !== 0) process.exit(status ?? 1)
  return JSON.parse(stdout).exact
}

/** F1 over the entities of some types. */
function f1Of({ types }, names) {
  const sum = key => names.reduce((total, name) => total + (types[name]?.[key] ?? 0), 0)
  return (200 * sum('correct')) / (sum('gold') + sum('predicted'))
}

/** The F1 of the old types together, and of each type; the mean where there are several runs. */
function show(name, runs, more = []) {
  const columns = [TYPES, ...[...TYPES, ...more].map(type => [type])]
  const means = columns.map(types => runs.reduce((sum, scores) => sum + f1Of(scores, types), 0) / runs.length)
  console.log(`| ${name} | ${means.map(f1 => f1.toFixed(1)).join(' | ')} |`)
}

/** In a random half of the sentences, two of the four types are not marked. */
async function hidden() {
  const random = Random.fromSeed(1)
  const half = (await sentencesOf('eng.train')).filter((_, i) => i % 2 === 0)
  const parts = half.map(own => {
    if (random.below(2) === 0) return own
    const types = [...TYPES]
    while (types.length > 2) types.splice(random.below(types.length), 1)
    return { ...own, types, spans: own.spans.filter(({ type }) => types.includes(type)) }
  })
  const cases = {
    'all-labels': write('all-labels.jsonl', half),
    'hidden-declared': write('hidden-declared.jsonl', parts),
    'hidden-as-O': write(
      'hidden-as-O.jsonl',
      parts.map(({ tokens, spans }) => ({ tokens, spans })),
    ),
  }
  console.log(`| training labels | F1 | ${TYPES.join(' | ')} |`)
  for (const [name, corpus] of Object.entries(cases)) {
    train(name, recipe(corpus))
    show(name, [scoresOf(name, dev)])
  }
}

const WEEKDAY = /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$/i
const MONTH = /^(January|February|March|April|June|July|August|September|October|November|December)$/i
const isDate = (token, before) =>
  WEEKDAY.test(token) ||
  MONTH.test(token) ||
  /^(19|20)\d\d$/.test(token) ||
  /^\d{4}-\d\d-\d\d$/.test(token) ||
  (/^\d{1,2}$/.test(token) && before !== undefined && MONTH.test(before))

/** Dates by rule: weekdays, months with days, years. */
function withDates({ tokens, spans }) {
  const free = token => !spans.some(({ start, end }) => start <= token && token < end)
  const dates = []
  tokens.forEach((token, i) => {
    if (!free(i) || !isDate(token, tokens[i - 1])) return
    const last = dates.at(-1)
    if (last?.end === i) last.end = i + 1
    else dates.push({ start: i, end: i + 1, type: 'DATE' })
  })
  return { tokens, dates, spans: [...spans, ...dates].sort((a, b) => a.start - b.start) }
}

/** A fifth type for a tagger of four, from 200 sentences that it has not seen. */
async function fifth() {
  const all = await sentencesOf('eng.train')
  const seen = all.filter((_, i) => i % 2 === 0)
  const rest = all.filter((_, i) => i % 2 === 1).map(withDates)
  const some = rest.filter(({ dates, tokens }) => dates.length > 0 && tokens.length > 4)
  // 100 sentences with a date, and 100 of all.
  const chosen = [...new Set([...evenlySpread(some, 100), ...evenlySpread(rest, 110)])].slice(0, 200)
  const fresh = write(
    'new.jsonl',
    chosen.map(({ tokens, dates }) => ({ tokens, spans: dates })),
  )
  const old = write('old.jsonl', evenlySpread(seen, 200))
  const measured = write('dev-dates.jsonl', (await sentencesOf('eng.testa')).map(withDates))
  console.log(`${chosen.length} new sentences with ${chosen.flatMap(({ dates }) => dates).length} dates`)
  const base = 'all-labels'
  train(base, recipe(write('all-labels.jsonl', seen)))
  console.log(`| tagger | old types | ${[...TYPES, 'DATE'].join(' | ')} |`)
  show('the tagger of four types', [scoresOf(base, measured)], ['DATE'])
  const cases = {
    'kept-types': ['--keep-types', '--corpus.train', fresh],
    'dates-alone': ['--corpus.train', JSON.stringify([{ file: fresh, types: [...TYPES, 'DATE'] }])],
    'kept-types-and-old': [
      ...['--keep-types', '--corpus.train'],
      JSON.stringify([
        { file: fresh, types: ['DATE'] },
        { file: old, types: TYPES },
      ]),
    ],
  }
  for (const [name, args] of Object.entries(cases)) {
    const runs = values.seeds.split(',').map(seed => {
      const run = `${name}-${seed}`
      train(run, ['--from', at(base), ...args], seed)
      return scoresOf(run, measured)
    })
    show(name, runs, ['DATE'])
  }
}

const work = { hidden, fifth }[positionals[0]]
if (!work) throw new Error('say which figures: hidden or fifth')
await work()
