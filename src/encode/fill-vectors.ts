/**
 * Vectors for frequent words that a table of vectors lacks, from the contexts in which texts have them: the mean vectors
 * of the words before, of the words after, and of ten words on either side, times a matrix that turns such means into
 * the vectors of words that the table has. That is à la carte embedding (Khodak et al. 2018, equation 2) with three
 * means in place of one; the matrix is found by least squares, each word weighted by the square root of its count.
 */
import { zeroDigits } from '../text/normalize.js'
import { ContextSums } from './context-sums.js'
import { isVectorWord } from './fixed-vectors.js'
import { cosine } from './nearest-words.js'
import { RidgeSums } from './ridge-regression.js'
import type { WordSequences } from './word-sequences.js'
import { findVector, type WordVectors } from './word-vectors.js'

export interface FilledVectors {
  /** The table with the new words after its own. */
  readonly vectors: WordVectors
  /** The new words and how often each form of them occurs, the most frequent first. */
  readonly filled: readonly { readonly word: string; readonly count: number }[]
  /** How well it works for words that the table has, each made with a matrix that has not seen its vector. */
  readonly heldOut: HeldOut
}

export interface HeldOut {
  /** Words of the table that the texts have often enough to be filled. */
  readonly words: number
  /** Mean cosine of what was made for them and their vectors. */
  readonly cosine: number
}

/** A word's contexts say enough to learn from if there are as many. */
export const LEARNABLE = 20
/** The most frequent ones suffice. */
const MOST_LEARNED = 20_000
const FOLDS = 5
/** Of the mean square of an input. */
const PENALTY = 1e-4

/** How many words of the table `fillVectors` must find often enough in the texts. */
export function leastWords(dim: number): number {
  return 4 * dim
}

/**
 * Fills in the words that occur at least `minCount` times and have no vector in any form. They are filled in the form
 * under which most spellings find them: digits as 0, and lower case if the table has little else.
 *
 * @returns how many words there were to learn from, where they are too few
 */
export function fillVectors(
  vectors: WordVectors,
  texts: WordSequences,
  minCount: number,
): FilledVectors | { readonly tooFew: number } {
  const { dim, matrix } = vectors
  const forms = textForms(vectors, texts)
  const learned = byCount(forms.filter(({ row, count }) => row !== undefined && count >= LEARNABLE))
  if (learned.length < leastWords(dim)) return { tooFew: learned.length }
  learned.splice(MOST_LEARNED)
  const missing = byCount(forms.filter(({ row, count }) => row === undefined && count >= minCount))
  const contexts = sumContexts(vectors, texts, forms, [...learned, ...missing])
  const { solution, heldOut } = learn(vectors, contexts, learned, minCount)
  const size = vectors.rows.size
  const more = new Float32Array((size + missing.length) * dim)
  more.set(matrix.subarray(0, size * dim))
  missing.forEach((_, i) => {
    more.set(product(contexts.means(learned.length + i), solution, dim), (size + i) * dim)
  })
  const rows = new Map([...vectors.rows, ...missing.map(({ form }, i) => [form, size + i] as const)])
  const filled = missing.map(({ form, count }) => ({ word: form, count }))
  return { vectors: { dim, rows, matrix: more }, filled, heldOut }
}

/** The form of some words of the texts: one that the table has, or the one in which they could be filled in. */
interface Form {
  readonly form: string
  readonly row?: number
  /** Numbers of the words. */
  readonly ids: number[]
  count: number
}

function textForms(vectors: WordVectors, texts: WordSequences): Form[] {
  const words = [...vectors.rows.keys()]
  const isLower = words.filter(word => word !== word.toLowerCase()).length * 100 < words.length
  const forms = new Map<string, Form>()
  for (const [id, text] of texts.words.entries()) {
    const row = findVector(text, vectors)?.row
    const zero = zeroDigits(text)
    const form = row === undefined ? (isLower ? zero.toLowerCase() : zero) : words[row]
    if (!isVectorWord(form)) continue
    const own: Form = forms.get(form) ?? { form, ...(row !== undefined && { row }), ids: [], count: 0 }
    own.ids.push(id)
    own.count += texts.countOf(id)
    forms.set(form, own)
  }
  return [...forms.values()]
}

function byCount(forms: readonly Form[]): Form[] {
  return [...forms].sort((a, b) => b.count - a.count)
}

/** @param tracked those whose contexts are summed, in the order of their places */
function sumContexts(
  { dim, matrix }: WordVectors,
  texts: WordSequences,
  forms: readonly Form[],
  tracked: readonly Form[],
): ContextSums {
  const count = texts.words.length
  const rowOf = new Int32Array(count).fill(-1)
  for (const { ids, row = -1 } of forms) for (const id of ids) rowOf[id] = row
  const slotOf = new Int32Array(count).fill(-1)
  for (const [slot, { ids }] of tracked.entries()) for (const id of ids) slotOf[id] = slot
  const contexts = new ContextSums(tracked.length, dim)
  for (const ids of texts.sentences)
    contexts.add(
      Array.from(ids, id =>
        rowOf[id] < 0 ? undefined : matrix.subarray(rowOf[id] * dim, (rowOf[id] + 1) * dim),
      ),
      ids.map(id => slotOf[id]),
    )
  return contexts
}

/** @param learned whose contexts have the first places, in their order */
function learn(
  { dim, matrix }: WordVectors,
  contexts: ContextSums,
  learned: readonly Form[],
  minCount: number,
): { readonly solution: Float64Array; readonly heldOut: HeldOut } {
  const targetOf = ({ row = 0 }: Form) => matrix.subarray(row * dim, (row + 1) * dim)
  const inputs = 3 * dim + 1
  const folds = Array.from({ length: FOLDS }, () => new RidgeSums(inputs, dim))
  const all = new RidgeSums(inputs, dim)
  learned.forEach((form, i) => {
    folds[i % FOLDS].add(contexts.means(i), targetOf(form), Math.sqrt(form.count))
  })
  for (const fold of folds) all.combine(fold, 1)
  const solution = all.solve(PENALTY)
  let words = 0
  let sum = 0
  for (const [f, fold] of folds.entries()) {
    all.combine(fold, -1)
    const others = all.solve(PENALTY)
    all.combine(fold, 1)
    for (let i = f; i < learned.length && learned[i].count >= minCount; i += FOLDS) {
      sum += cosine(product(contexts.means(i), others, dim), targetOf(learned[i])) ?? 0
      words++
    }
  }
  return { solution, heldOut: { words, cosine: words > 0 ? sum / words : 0 } }
}

/** `xᵀ B`, B `[x.length, outputs]`. */
function product(x: Float64Array, matrix: Float64Array, outputs: number): Float64Array {
  const y = new Float64Array(outputs)
  for (let i = 0; i < x.length; i++) for (let k = 0; k < outputs; k++) y[k] += x[i] * matrix[i * outputs + k]
  return y
}
