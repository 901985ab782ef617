import { statSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import { checkNewOutput, writeOutput } from '../../base/node/output-file.js'
import { Random } from '../../base/random.js'
import { isVectorWord } from '../../encode/fixed-vectors.js'
import { classFileText } from '../../encode/node/class-file.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { brownClasses } from '../../vectors/brown.js'
import { kMeansClasses } from '../../vectors/k-means.js'
import { countBigrams } from '../../vectors/node/count-bigrams.js'
import { type PlainTexts, plainSentences } from './train-vectors.js'

export interface ClassesRequest {
  readonly out: string
  readonly force?: boolean
  readonly classes: number
  /** Words that get a class, at most: the most frequent ones. */
  readonly words: number
  /** Receives what is being done, and how far it is. */
  readonly onProgress?: (message: string) => void
}

export interface ClassesReport {
  readonly out: string
  readonly bytes: number
  readonly classes: number
  readonly words: number
}

/**
 * Brown clusters of the words of texts, written whole or not at all.
 * @throws InputError `output/place`, `vectors/text`, `classes/settings`; CorpusError as the readers
 */
export async function brownClassFile(
  request: ClassesRequest & PlainTexts & { readonly minCount: number },
): Promise<ClassesReport> {
  const { out, force, minCount, onProgress = () => {} } = request
  checkNewOutput(out, force)
  const { words, counts, bigrams } = await countBigrams(
    plainSentences(request),
    { minCount, words: request.words },
    { near: out, onTokens: tokens => onProgress(`reading: ${tokens} tokens`) },
  )
  checkCount(request.classes, words.length)
  const { classes, paths } = brownClasses(bigrams, request.classes, done => {
    if (done % 100 === 0) onProgress(`${done} of ${words.length} words`)
  })
  return write(out, words, paths, w => ({ c: classes[w], count: counts[w] }))
}

/**
 * Classes of words whose vectors point in similar directions, by k-means. Vector files have no counts: the file says 1 for
 * each word.
 * @throws InputError `output/place`, `classes/settings`; EncodeError as `readWordVectors`
 */
export async function kMeansClassFile(
  source: string,
  request: ClassesRequest & { readonly passes: number; readonly seed: number },
): Promise<ClassesReport> {
  const { out, force, passes, seed, onProgress = () => {} } = request
  checkNewOutput(out, force)
  const { dim, rows, matrix } = await readWordVectors(source, { first: request.words })
  const words = [...rows.keys()].slice(0, request.words)
  checkCount(request.classes, words.length)
  const { classes, paths } = kMeansClasses(matrix.slice(0, words.length * dim), dim, {
    ...{ classes: request.classes, passes, random: Random.fromSeed(seed) },
    onPass: (pass, changed) => onProgress(`pass ${pass}: ${changed} of ${words.length} words changed`),
  })
  return write(out, words, paths, w => ({ c: classes[w], count: 1 }))
}

function write(
  out: string,
  words: readonly string[],
  paths: readonly string[],
  of: (w: number) => { readonly c: number; readonly count: number },
): ClassesReport {
  const lines = words.flatMap((word, w) => {
    const { c, count } = of(w)
    return isVectorWord(word) ? [{ path: paths[c], word, count }] : []
  })
  writeOutput(out, classFileText(lines))
  const classes = new Set(lines.map(({ path }) => path)).size
  return { out, bytes: statSync(out).size, classes, words: lines.length }
}

function checkCount(classes: number, words: number): void {
  if (classes <= words) return
  throw new InputError('classes/settings', {
    where: option('classes'),
    expected: `at most as many classes as there are words, ${words}`,
    got: String(classes),
  })
}
