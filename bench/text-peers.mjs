// What is written here against what a package or the platform offers: CSV (csv-parse, Papa Parse) and text (Intl.Segmenter).
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { parse as csvParse } from 'csv-parse'
import { CsvRows } from '../dist/corpus/csv/rows.js'
import { ReadContext } from '../dist/corpus/read-context.js'
import { splitLines } from '../dist/corpus/split-lines.js'
import { scanCluster } from '../dist/text/cluster.js'
import { detokenize } from '../dist/text/detokenize.js'
import { scanEmoji } from '../dist/text/emoji.js'
import { segment } from '../dist/text/sentences.js'
import { TOKENIZER_CASES } from '../dist/text/testing/tokenizer-cases.js'
import { tokenize } from '../dist/text/tokenize.js'
import { alternate } from './lib/alternate.mjs'
import { commandLine } from './lib/command-line.mjs'

const { values, refuse } = commandLine({
  script: 'text-peers.mjs',
  about: `Our CSV reader against csv-parse and Papa Parse, row by row, and our tokenizer and sentence splitter against Intl.Segmenter:
agreement with the corpora and CPU time, in turns. Needs the shared corpora.`,
  example: '--papaparse bench/peers --rounds 5',
  options: {
    papaparse: { value: 'FOLDER', help: 'where Papa Parse is installed (bench/peers): measure against it' },
    corpora: { value: 'FOLDER', default: '../shared/corpora', help: 'the shared corpora' },
    rounds: { value: 'N', default: '5', help: 'rounds of each' },
  },
})
const rounds = Number(values.rounds)

/** CPU seconds of a run: other processes make the clock unreliable. */
const cpu = work => async () => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function print(title, rows, unit = 's') {
  console.log(`\n${title}`)
  for (const { name, cost, ratio, span } of rows)
    console.log(
      `  ${name.padEnd(24)} ${cost.toFixed(3)} ${unit}   first / this: ${ratio.toFixed(2)} (${span.map(x => x.toFixed(2)).join('–')})`,
    )
}

const path = join(values.corpora, 'gmb_kaggle/ner_dataset.csv')
if (!existsSync(path)) refuse(`${path} is missing`)
const table = readFileSync(path, 'latin1')
/** As a file is read: in pieces of 256 KiB. */
const pieces = Array.from({ length: Math.ceil(table.length / (1 << 18)) }, (_, i) =>
  table.slice(i << 18, (i + 1) << 18),
)

async function ours() {
  const csv = new CsvRows(',', new ReadContext('a.csv'))
  let rows = 0
  for await (const block of splitLines(pieces)) for (const line of block) if (csv.push(line)) rows++
  return rows
}

async function withCsvParse() {
  const parser = csvParse({ relax_column_count: true, info: true })
  setImmediate(() => {
    for (const piece of pieces) parser.write(piece)
    parser.end()
  })
  let rows = 0
  for await (const _ of parser) rows++
  return rows
}

const contenders = [
  { name: 'Nerite, with lines', run: cpu(ours) },
  { name: 'csv-parse, with lines', run: cpu(withCsvParse) },
]
console.log(`rows: ${await ours()}, csv-parse ${await withCsvParse()}`)
if (values.papaparse !== undefined) {
  const Papa = createRequire(resolve(values.papaparse, 'package.json'))('papaparse')
  const withPapa = () => {
    let rows = 0
    Papa.parse(table, {
      delimiter: ',',
      step: () => {
        rows++
      },
    })
    return rows
  }
  console.log(`rows: Papa Parse ${withPapa()}`)
  for (const [what, text] of [
    ['an open quote', 'Word,Tag\nEU,O\n"open,O\nb,O\n'],
    ['text after a quote', 'Word,Tag\n"a"b,O\nc,O\n'],
    ['a field of two lines', 'a,b\n"x\ny",1\nlast,2\n'],
  ]) {
    const { data, errors } = Papa.parse(text, { delimiter: ',', skipEmptyLines: true })
    console.log(`  ${what}: ${data.length} rows, ${JSON.stringify(errors)}`)
  }
  contenders.push({ name: 'Papa Parse, no lines', run: cpu(withPapa) })
}
print('CSV, 15 MB, row by row', await alternate(contenders, rounds))

// Tokens and sentence ends of running text.
const words = new Intl.Segmenter('en', { granularity: 'word' })
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
const theirTokens = text =>
  [...words.segment(text)].flatMap(({ segment: word, index }) =>
    /\S/u.test(word) ? [{ start: index, end: index + word.length }] : [],
  )
const theirEnds = text =>
  [...sentences.segment(text)].map(({ segment: part, index }) => index + part.trimEnd().length)

function kaggle(count) {
  const found = []
  for (const row of table.split(/\r?\n/).slice(1)) {
    const fields = /^(Sentence: \d+)?,("(?:[^"]|"")*"|[^,]*),/.exec(row)
    if (!fields) continue
    if (fields[1]) found.push([])
    if (found.length > count) return found.slice(0, count)
    found.at(-1).push(fields[2].replace(/^"|"$/g, '').replaceAll('""', '"'))
  }
  return found
}

function columns(file, separator) {
  const found = [[]]
  for (const line of readFileSync(join(values.corpora, file), 'utf8').split(/\r?\n/)) {
    const word = line.split(separator)[0]
    if (line.trim() === '') found.push([])
    else if (word !== '-DOCSTART-') found.at(-1).push(word)
  }
  return found.filter(sentence => sentence.length > 0)
}

const f1 = (shared, gold, found) => (2 * shared) / (gold + found)
function tokenF1(gold, tokensOf) {
  let [total, found, shared] = [0, 0, 0]
  for (const sentence of gold) {
    const { text, offsets } = detokenize(sentence)
    const known = new Set(offsets.map(({ start, end }) => `${start}:${end}`))
    const tokens = tokensOf(text)
    total += sentence.length
    found += tokens.length
    shared += tokens.filter(({ start, end }) => known.has(`${start}:${end}`)).length
  }
  return f1(shared, total, found).toFixed(4)
}

const prose = kaggle(13_000)
console.log('\ntoken F1                    Nerite   Intl.Segmenter')
for (const [name, gold] of [
  ['conll2003 eng.testa', columns('conll2003/eng.testa', ' ')],
  ['gmb_kaggle, 13,000', prose],
  ['wnut2017 emerging.dev', columns('wnut2017/emerging.dev.conll', '\t')],
])
  console.log(`  ${name.padEnd(24)}  ${tokenF1(gold, tokenize)}   ${tokenF1(gold, theirTokens)}`)
const right = tokensOf =>
  TOKENIZER_CASES.filter(({ text, tokens }) => {
    const found = tokensOf(text).map(({ start, end }) => text.slice(start, end))
    return JSON.stringify(found) === JSON.stringify(tokens)
  }).length
console.log(`  hand-labeled cases, of ${TOKENIZER_CASES.length}  ${right(tokenize)}   ${right(theirTokens)}`)

const texts = Array.from({ length: prose.length / 20 }, (_, i) => {
  const parts = prose.slice(20 * i, 20 * i + 20).map(sentence => detokenize(sentence).text)
  const ends = parts.map((_, k) => parts.slice(0, k + 1).join(' ').length)
  return { text: parts.join(' '), ends: new Set(ends) }
})
for (const [name, endsOf] of [
  ['Nerite', text => segment(text).sentences.map(({ end }) => end)],
  ['Intl.Segmenter', theirEnds],
]) {
  let [gold, found, shared] = [0, 0, 0]
  for (const { text, ends } of texts) {
    const own = endsOf(text)
    gold += ends.size
    found += own.length
    shared += own.filter(end => ends.has(end)).length
  }
  console.log(`  sentence ends F1, ${name}: ${f1(shared, gold, found).toFixed(4)}`)
}
const all = texts.map(({ text }) => text)
print(
  `tokens of ${all.reduce((sum, text) => sum + text.length, 0).toLocaleString('en-US')} characters`,
  await alternate(
    [
      { name: 'Nerite', run: cpu(() => all.map(text => tokenize(text).length)) },
      { name: 'Intl.Segmenter', run: cpu(() => all.map(text => theirTokens(text).length)) },
    ],
    rounds,
  ),
)
print(
  'sentences of the same',
  await alternate(
    [
      { name: 'Nerite', run: cpu(() => all.map(text => segment(text).sentences.length)) },
      { name: 'Intl.Segmenter', run: cpu(() => all.map(text => theirEnds(text).length)) },
    ],
    rounds,
  ),
)

// Grapheme clusters: emoji sequences, and Thai.
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const emoji = ['👩🏽‍🚀', '🇩🇪', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👨‍👩‍👧‍👦', '❤️', '👍🏿', '😀']
const same = emoji.filter(
  text => scanEmoji(text, 0, text.length) === [...graphemes.segment(text)][0].segment.length,
)
console.log(`\nemoji sequences read alike: ${same.length} of ${emoji.length}`)
const thai = 'เชียงใหม่ กรุงเทพมหานคร ประเทศไทย'.split(' ')
for (const word of thai) {
  const own = []
  for (let at = 0; at < word.length; at = Math.max(at + 1, scanCluster(word, at, word.length)))
    own.push(word.slice(at, Math.max(at + 1, scanCluster(word, at, word.length))))
  console.log(
    `  ${own.join('|')}   ${[...graphemes.segment(word)].map(({ segment: part }) => part).join('|')}`,
  )
}

// Whether the work is linear: each segment of Intl.Segmenter may come with a copy of the whole text.
console.log('\ncharacters   Nerite    Intl.Segmenter (words)')
for (const count of [10_000, 20_000, 40_000]) {
  const text = '😀 '.repeat(count / 3)
  const own = await cpu(() => tokenize(text))()
  const theirs = await cpu(() => theirTokens(text))()
  console.log(`  ${String(text.length).padEnd(10)} ${own.toFixed(3)} s   ${theirs.toFixed(3)} s`)
}
