/**
 * The word input: a table of trained vectors and, with pretrained vectors, a second table that training leaves alone.
 * A word has its vector in one of the two. Trained are the words of the training data, or only those of them that have
 * no pretrained vector where vectors are not fine-tuned; fixed is everything else in the vector file, for the texts
 * that are tagged later. Where the file has vectors of runs of characters, a word that is in neither table is made of them.
 */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { InputConfig } from '../../config/schema.js'
import { type FixedTable, fixedTable, pickedRows, writeFixedRow } from '../../encode/fixed-vectors.js'
import { PAD_ID, UNKNOWN_ID, Vocabulary } from '../../encode/vocabulary.js'
import { findVector, vectorForms, vectorsById, type WordVectors } from '../../encode/word-vectors.js'
import type { TensorData } from '../../engine/graph/tensor.js'
import type { Initial } from '../../engine/optim/initializer.js'
import { normalizeToken } from '../../text/normalize.js'
import { countValues } from './collect.js'
import type {
  BaseInput,
  FeatureColumns,
  InputBlock,
  InputKind,
  InputResources,
  InputSettings,
  InputTrainer,
  StoredNumbers,
} from './input-block.js'
import {
  composedInGraph,
  feedRuns,
  parseRuns,
  type RunIds,
  runFinder,
  runsOf,
  runTable,
  type SubwordRuns,
  storedRunTable,
  storedSubwords,
  writeComposed,
} from './subword-rows.js'
import { embedding, fillEmbedding, idTensor, TableTrainer } from './table.js'

export interface WordVocabulary {
  /** The words whose vectors are trained. */
  readonly trained: Vocabulary
  /** The words whose pretrained vectors stay as they are; absent without vectors. */
  readonly fixed?: Vocabulary
  /** The runs of characters that other words are made of; absent where there are none, or the settings say so. */
  readonly subwords?: SubwordRuns
}

/** A row of one of the two tables, or the rows of a word's runs. */
type WordId = number | RunIds

/** The parameter group of a table that starts from pretrained vectors. */
export const PRETRAINED = 'pretrained'

const NAME = 'input.words'
const FIXED_NAME = 'input.vectors'
const FIXED_STEPS = `${FIXED_NAME}.steps`

export const WORDS: InputKind<InputSettings<'words'>, WordVocabulary> = {
  collect: (settings, { texts, vectors }) => {
    const { minCount } = settings
    const words = Vocabulary.fromCounts(countWords(settings, texts), { minCount })
    if (!vectors) return { trained: words }
    const trained = isFineTuned(settings)
      ? words
      : words.filtered(word => findVector(word, vectors) === undefined)
    const others = [...vectors.rows.keys()].filter(word => !trained.has(word))
    const subwords = settings.vectors?.subwords !== false ? vectors.subwords : undefined
    return {
      trained,
      fixed: Vocabulary.fromCounts(new Map()).extended(others),
      ...(subwords && { subwords: runsOf(subwords) }),
    }
  },
  parse: (_, json, where) => {
    if (!isRecord(json)) throw new ModelFileError({ where, expected: 'an object of lists', got: typeof json })
    const list = (name: string) => Vocabulary.fromJSON(json[name], `${where}: ${name}`)
    const { fixed, subwords } = json
    if (subwords !== undefined && fixed === undefined)
      throw new ModelFileError({ where, expected: 'no runs of characters without vectors', got: 'some' })
    return {
      trained: list('trained'),
      ...(fixed !== undefined && { fixed: list('fixed') }),
      ...(subwords !== undefined && { subwords: parseRuns(subwords, `${where}: subwords`) }),
    }
  },
  extend: (settings, { trained, fixed, subwords }, { texts }) => {
    const words = Vocabulary.fromCounts(countWords(settings, texts), { minCount: settings.minCount }).words()
    const isKnown = (word: string) => vectorForms(word).some(([, form]) => fixed?.has(form))
    const extended = trained.extended(isFineTuned(settings) ? words : words.filter(word => !isKnown(word)))
    return {
      trained: extended,
      ...(fixed && { fixed: fixed.filtered(word => !extended.has(word)) }),
      ...(subwords && { subwords }),
    }
  },
  create: (settings, vocabulary, resources) => [wordInput(settings, vocabulary, resources)],
}

/** How often each normalized word occurs. @param texts how often each word occurs as it is written */
export function countWords(
  settings: InputSettings<'words'>,
  texts: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const normalize = wordNormalizer(settings)
  return countValues(texts, text => [normalize(text)])
}

/** Normalizes a word before it is looked up. */
function wordNormalizer(settings: InputSettings<'words'>): (word: string) => string {
  const isTweets = settings.normalize === 'tweets'
  const options = { user: isTweets, url: isTweets, lower: settings.lowercase, digits: settings.digitsToZero }
  return word => normalizeToken(word, options)
}

/** What replaces a whole token where tweets are normalized: `<USR>`, `<URL>`; `undefined` for any other token. */
export function tokenMask({ words }: Pick<InputConfig, 'words'>): (token: string) => string | undefined {
  if (words.normalize !== 'tweets') return () => undefined
  return token => {
    const mask = normalizeToken(token, { user: true, url: true })
    return mask === token ? undefined : mask
  }
}

/** An id below the size of the trained table is a row of it; the rows of the fixed one follow. */
function wordInput(
  settings: InputSettings<'words'>,
  { trained, fixed, subwords }: WordVocabulary,
  { vectors, base }: InputResources<WordVocabulary> = {},
): InputBlock<WordId> {
  const { dim } = settings
  const size = trained.size
  const former = base && formerWords(settings, base)
  // Made now, so that the vectors as they were read can go.
  const table = former?.fixedRows(fixed) ?? (vectors && fixed && fixedTable(vectors, fixed))
  const runs = runTableOf({ subwords, vectors, base }, dim)
  const initial = vectors ? pretrained(settings, trained, vectors) : embedding(dim)
  const group = fixed ? PRETRAINED : 'embedding'
  return {
    ...(former && { newRows: { [NAME]: former.newRows(trained) } }),
    width: dim,
    parameters: [{ name: NAME, shape: [size, dim], initial, group, sparseRows: true }],
    // A byte for each number of a vector, and four for its step.
    ...(fixed && { keptBytes: (fixed.size + (subwords ? subwords.runs.length + 1 : 0)) * (dim + 4) }),
    hiddenId: UNKNOWN_ID,
    canRound: [NAME],
    idOf: wordLookup(settings, { trained, fixed, subwords }),
    train: context => {
      const trainer = new TableTrainer(NAME, context, dim)
      const withFixed = table ? withFixedRows(trainer, table, size, dim) : trainer
      return runs ? withComposed(withFixed, runs, dim) : withFixed
    },
    infer: (g, context) => {
      const rows = context.rows(NAME, g.input(`ids:${NAME}`, 'int32', ['distinct']))
      if (!fixed) return rows
      // The row of padding is zero in both tables.
      const ids = g.input(`ids:${FIXED_NAME}`, 'int32', ['distinct'])
      const shape = [fixed.size, dim]
      const fixedTensor = (
        name: string,
        type: 'int8' | 'float32',
        own: readonly number[],
        data?: TensorData,
      ) => context.stored(name, data ? { type, shape: own, data } : context.kept(name, type, own))
      const rounded = fixedTensor(FIXED_NAME, 'int8', shape, table?.values)
      const steps = fixedTensor(FIXED_STEPS, 'float32', [fixed.size, 1], table?.steps)
      const known = g.add(rows, g.mul(g.cast(g.gather(rounded, ids), 'float32'), g.gather(steps, ids)))
      if (!subwords) return known
      return g.add(known, composedInGraph(g, context, { size: subwords.runs.length + 1, dim, table: runs }))
    },
    feed: ids => {
      const shape = [ids.length]
      const isIn = (id: WordId): id is number => typeof id === 'number'
      const own = Int32Array.from(ids, id => (isIn(id) && id < size ? id : PAD_ID))
      const others = Int32Array.from(ids, id => (isIn(id) && id >= size ? id - size : PAD_ID))
      return {
        [`ids:${NAME}`]: idTensor(shape, own),
        ...(fixed && { [`ids:${FIXED_NAME}`]: idTensor(shape, others) }),
        ...(subwords && feedRuns(ids)),
      }
    },
  }
}

/** The vectors of runs: from a vector file, or of the model that training starts from. A loaded tagger has them in its graph. */
function runTableOf(
  { subwords, vectors, base }: Pick<WordVocabulary, 'subwords'> & InputResources<WordVocabulary>,
  dim: number,
): FixedTable | undefined {
  if (!subwords) return undefined
  if (vectors?.subwords) return runTable(vectors.subwords, dim)
  return base?.vocabulary.subwords && storedRunTable(base)
}

function wordLookup(settings: InputSettings<'words'>, words: WordVocabulary): (text: string) => WordId {
  const normalize = wordNormalizer(settings)
  const lookUp = formLookup(settings, words)
  const runsOfWord = words.subwords && runFinder(words.subwords)
  return text => {
    const word = normalize(text)
    const id = lookUp(word)
    return id === UNKNOWN_ID ? (runsOfWord?.(word) ?? id) : id
  }
}

/** The id of a normalized word. */
function formLookup(
  settings: InputSettings<'words'>,
  { trained, fixed }: WordVocabulary,
): (word: string) => number {
  // With vectors a word is looked up as it is, then in each form under which vectors know it, in either table.
  if (fixed)
    return word => {
      for (const [, form] of vectorForms(word)) {
        if (trained.has(form)) return trained.id(form)
        if (fixed.has(form)) return trained.size + fixed.id(form)
      }
      return UNKNOWN_ID
    }
  if (!settings.fallback) return word => trained.id(word)
  return word => {
    const known = vectorForms(word).find(([, form]) => trained.has(form))
    return known ? trained.id(known[1]) : UNKNOWN_ID
  }
}

/**
 * The word vectors of a trained model, those of both tables. First come those that a vector file had: the fixed ones
 * where vectors are not fine-tuned, the trained ones where they are.
 *
 * @param numbers a parameter by name, and the tensors that only the model has
 */
export function trainedWordVectors(
  settings: InputSettings<'words'>,
  { trained, fixed, subwords }: WordVocabulary,
  numbers: StoredNumbers,
): WordVectors {
  const { dim } = settings
  const words = trained.words()
  const own = numbers.parameter(NAME).subarray(2 * dim)
  if (!fixed) return { dim, rows: rowsOf(words), matrix: own }
  const others = fixed.words()
  const [values, steps] = [FIXED_NAME, FIXED_STEPS].map(name => {
    const data = numbers.kept.get(name)?.data
    if (data instanceof Int8Array || data instanceof Float32Array) return data
    throw new Error(`no tensor ${name}`)
  })
  const rounded = Float32Array.from(
    { length: others.length * dim },
    (_, i) => values[i + 2 * dim] * steps[2 + Math.floor(i / dim)],
  )
  const isFirst = isFineTuned(settings)
  const matrix = new Float32Array(own.length + rounded.length)
  matrix.set(own, isFirst ? 0 : rounded.length)
  matrix.set(rounded, isFirst ? own.length : 0)
  return {
    dim,
    rows: rowsOf(isFirst ? [...words, ...others] : [...others, ...words]),
    matrix,
    ...(subwords && { subwords: storedSubwords(subwords, dim, numbers) }),
  }
}

function rowsOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(words.map((word, row) => [word, row]))
}

/** The word tables of a trained model, for a tagger that starts from it. */
function formerWords(
  settings: InputSettings<'words'>,
  { vocabulary, parameter, kept }: BaseInput<WordVocabulary>,
) {
  const { trained, fixed, subwords } = vocabulary
  const { dim } = settings
  const values = parameter(NAME)
  const runs = subwords && storedRunTable({ kept })
  const runsOfWord = subwords && runFinder(subwords)
  const table: FixedTable | undefined = fixed && {
    values: kept.get(FIXED_NAME)?.data as Int8Array,
    steps: kept.get(FIXED_STEPS)?.data as Float32Array,
  }
  const lookUp = formLookup(settings, vocabulary)
  return {
    /** New words start as what the model saw of them: a word in lower case, a fixed vector, runs of characters, or what is unknown. */
    newRows(extended: Vocabulary): Float32Array {
      const rows = new Float32Array((extended.size - trained.size) * dim)
      for (let id = trained.size; id < extended.size; id++) {
        const known = lookUp(extended.entries[id])
        const row = rows.subarray((id - trained.size) * dim, (id - trained.size + 1) * dim)
        const own = known === UNKNOWN_ID ? runsOfWord?.(extended.entries[id]) : undefined
        if (runs && own) writeComposed(runs, own, dim, { data: row, stride: dim, offset: 0 }, 0)
        else if (known < trained.size) row.set(values.subarray(known * dim, (known + 1) * dim))
        else if (table) writeFixedRow(table, known - trained.size, row)
      }
      return rows
    },
    fixedRows: (words: Vocabulary | undefined) =>
      table &&
      fixed &&
      words &&
      pickedRows(
        table,
        dim,
        words.entries.map(word => fixed.id(word)),
      ),
  }
}

/** Writes the rows that the trained table leaves out. */
function withFixedRows(
  trainer: TableTrainer,
  { values, steps }: FixedTable,
  size: number,
  dim: number,
): InputTrainer<number> {
  const forward = (ids: readonly number[], out: FeatureColumns) => {
    trainer.forward(ids, out)
    const { data, stride, offset } = out
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] - size
      if (id < 0 || id === Number.POSITIVE_INFINITY) continue
      const to = row * stride + offset
      const step = steps[id]
      for (let d = 0; d < dim; d++) data[to + d] = values[id * dim + d] * step
    }
  }
  return { forward, backward: (ids, gradient) => trainer.backward(ids, gradient) }
}

/** Writes the rows of words that are made of their runs of characters. Nothing of them is trained. */
function withComposed(trainer: InputTrainer<number>, runs: FixedTable, dim: number): InputTrainer<WordId> {
  // No row of either table.
  const inTables = (ids: readonly WordId[]) =>
    ids.map(id => (typeof id === 'number' ? id : Number.POSITIVE_INFINITY))
  return {
    forward: (ids, out) => {
      trainer.forward(inTables(ids), out)
      for (const [row, id] of ids.entries())
        if (typeof id !== 'number') writeComposed(runs, id, dim, out, row)
    },
    backward: (ids, gradient) => trainer.backward(inTables(ids), gradient),
  }
}

/** Random rows; where vectors are fine-tuned, the rows of words that have one start from it. */
function pretrained(settings: InputSettings<'words'>, words: Vocabulary, vectors: WordVectors): Initial {
  const own = isFineTuned(settings) ? vectorsById(words, vectors) : []
  return {
    kind: 'fill',
    fill: (values, random) => {
      fillEmbedding(values, settings.dim, random)
      for (const [id, vector] of own) values.set(vector, id * settings.dim)
    },
  }
}

/** Vectors that are given in memory, without a file of their own, are trained further. */
function isFineTuned({ vectors }: InputSettings<'words'>): boolean {
  return vectors?.fineTune ?? true
}
