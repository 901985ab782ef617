// What the English model is worth as a start on a few sentences of a new corpus: the learning curves in docs/models.md.
//
//   node experiments/from-english.mjs [--corpora DIR] [--runs DIR] [--threads N] [--sizes 50,100,200]
//
// Three taggers for each number of sentences: started from the model, the same network and vectors from nothing, and the
// preset bilstm-crf without vectors. Finished runs are not repeated, interrupted ones resume.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadCorpus } from '../dist/corpus/node/read-corpus.js'
import { writeSentences } from '../dist/corpus/node/write-sentences.js'
import { readModel } from '../dist/run/node/open-model.js'
import { filesOf, prepareFiles } from './lib/corpora.mjs'
import { evenlySpread } from './lib/evenly-spread.mjs'
import { trainOnce } from './lib/train-once.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    corpora: { type: 'string', default: join(root, '../shared/corpora') },
    runs: { type: 'string', default: join(root, 'runs/experiments') },
    threads: { type: 'string', default: '1' },
    sizes: { type: 'string', default: '50,100,200' },
  },
})
const folder = join(values.runs, 'from-english')
mkdirSync(folder, { recursive: true })

const MEASURED = 300
/** The types that the model has under other names; most places in these corpora are cities and countries. */
const NAMES = { PER: 'PERSON', LOC: 'GPE' }
const CORPORA = [
  { part: 'bc5cdr', title: 'BC5CDR (medical abstracts)' },
  { part: 'fin_sec-0', title: 'FIN5 (contracts)' },
  { part: 'conll2002-nl', title: 'CoNLL-2002 Dutch' },
]

const model = join(root, 'models/en/model')
const english = (await readModel(model)).config()
const { text, tags, input, encoder, decoder } = english
const vectors = { ...input.words.vectors, file: model }
const network = { text, tags, input: { ...input, words: { ...input.words, vectors } }, encoder, decoder }

const STARTS = {
  'from-en': () => ({ from: model }),
  'from-nothing': () => network,
  'bilstm-crf': () => ({ preset: 'bilstm-crf' }),
}

function renamed(tag) {
  const type = tag.slice(2)
  return Object.hasOwn(NAMES, type) ? `${tag.slice(0, 2)}${NAMES[type]}` : tag
}

/** Sentences evenly spread over a file. */
async function spread(file, count, name) {
  const out = join(folder, `${name}.conll`)
  if (existsSync(out)) return out
  const { sentences } = await loadCorpus(file)
  const bare = evenlySpread(sentences, count).map(({ tokens, tags, lines }) => ({
    tokens,
    tags: tags.map(renamed),
    lines,
  }))
  await writeSentences(out, bare, { format: 'conll' })
  return out
}

function train(name, config) {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(config))
  trainOnce(join(folder, name), [file])
}

console.log(`| corpus | sentences | ${Object.keys(STARTS).join(' | ')} |`)
for (const { part, title } of CORPORA) {
  const options = { corpora: values.corpora, runs: values.runs, root }
  await prepareFiles(part, options, console.error)
  const { train: whole, dev: wholeDev, missing } = filesOf(part, options)
  if (missing) {
    console.log(`| ${title} | skipped: ${missing} is missing |`)
    continue
  }
  const dev = await spread(wholeDev, MEASURED, `${part}.dev`)
  for (const size of values.sizes.split(',').map(Number)) {
    const piece = await spread(whole, size, `${part}.${size}`)
    const scores = []
    for (const [start, settings] of Object.entries(STARTS)) {
      const name = `${part}.${size}.${start}`
      train(name, {
        ...settings(),
        corpus: { train: piece, dev },
        training: { seed: 1, threads: Number(values.threads) },
      })
      scores.push((await readModel(join(folder, name))).metrics().dev.exact.micro.f1)
    }
    console.log(`| ${title} | ${size} | ${scores.map(f1 => (100 * f1).toFixed(1)).join(' | ')} |`)
  }
}
