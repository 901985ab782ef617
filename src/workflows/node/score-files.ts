import { statSync } from 'node:fs'
import { isInputError } from '../../base/errors.js'
import { type FilePlace, formatPlace, type Note, option, say } from '../../base/fault.js'
import { isPattern } from '../../base/node/matching-files.js'
import { plural } from '../../base/plural.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import { placeOf, type Sentence } from '../../corpus/sentence.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { marksLast, type Scheme } from '../../tags/scheme.js'
import type { TypeMap } from '../../tags/type-map.js'
import { alignLabels } from '../align-labels.js'
import { LabelTally, type TallyResult } from '../label-tally.js'
import { detectScheme } from './convert-file.js'
import { type LabelFile, pairSentences } from './paired-sentences.js'

/**
 * How two files are laid over each other. `tokens`: they have the same tokens, as conlleval.pl needs them. `offsets`: they
 * have the same text, and entities are compared by the places of their characters.
 */
export type ScoreBy = 'tokens' | 'offsets'

export interface LabelRun extends TallyResult {
  readonly by: ScoreBy
  /** What the user should know about the figures. */
  readonly notes: readonly Note[]
}

const SIDES = ['gold', 'predicted'] as const

interface ScoreFilesOptions {
  readonly mode: ScoreMode
  /** Of both files. Default: detected. */
  readonly scheme?: Scheme
  /** Default: by tokens if both files have the same ones, else by offsets. */
  readonly by?: ScoreBy
  readonly map?: TypeMap
  readonly keep?: { readonly counts?: boolean; readonly sentences?: boolean }
}

/**
 * Scores two label files. To detect schemes, and to score by offsets what cannot be scored by tokens, files are read again.
 * @throws InputError as `alignLabels`, or as `pairSentences` if they are to be scored by tokens; CorpusError, TagError
 */
export async function scoreFiles(
  gold: LabelFile,
  predicted: LabelFile,
  options: ScoreFilesOptions,
): Promise<LabelRun> {
  if (options.by === 'offsets') return scoreByOffsets(gold, predicted, options)
  // What is noted while reading is held back: a second reading, which a pipe does not allow, would repeat it.
  const held: (() => void)[] = []
  const quiet = ({ path, options }: LabelFile): LabelFile => ({
    path,
    options: { ...options, onNote: note => void held.push(() => options.onNote?.(note)) },
  })
  try {
    const run = await scoreByTokens(quiet(gold), quiet(predicted), options)
    for (const tell of held) tell()
    return run
  } catch (error) {
    const isAgain = options.by === undefined && [gold, predicted].every(({ path }) => mayBeReadTwice(path))
    const place = isAgain ? placeOfOtherTokens(error) : undefined
    if (place === undefined) throw error
    const run = await scoreByOffsets(gold, predicted, options)
    const note: Note = {
      code: 'other-tokens',
      where: place,
      message: `the tokens are not those of ${gold.path}, so entities are compared by their places in the text, without white space; figures of tokens are of the gold tokens, cut where an entity begins or ends`,
    }
    return { ...run, notes: [note, ...run.notes] }
  }
}

function mayBeReadTwice(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? isPattern(path) : stats.isFile() || stats.isDirectory()
}

/** Where the tokens or sentences of two files begin to differ. */
function placeOfOtherTokens(error: unknown): FilePlace | undefined {
  if (!isInputError(error) || !['score/tokens', 'score/lengths'].includes(error.code)) return undefined
  const { where } = error.faults[0]
  return typeof where === 'object' && 'file' in where ? where : undefined
}

async function scoreByTokens(
  gold: LabelFile,
  predicted: LabelFile,
  options: ScoreFilesOptions,
): Promise<LabelRun> {
  const { mode } = options
  const scheme =
    options.scheme ?? (mode === 'strict' ? await detectScheme(gold.path, gold.options) : undefined)
  const read = spanReader(mode, scheme)
  const isMapped = options.map !== undefined && options.map.size > 0
  const tally = new LabelTally({ ...options, scheme: isMapped ? 'BIO' : scheme })
  const detectors = [new SchemeDetector(), new SchemeDetector()]
  for await (const pair of pairSentences(gold, predicted)) {
    const tags = { gold: pair.gold.tags, predicted: pair.predicted.tags }
    detectors[0].add(tags.gold)
    detectors[1].add(tags.predicted)
    tally.add({
      tokens: pair.gold.tokens,
      gold: read(tags.gold),
      predicted: read(tags.predicted),
      tags,
      where: formatPlace(placeOf(pair.gold, 0, gold.path)),
    })
  }
  const result = tally.result()
  const own = detectors[0].result().scheme
  const notes = [gold, predicted].flatMap(({ path }, i) =>
    illFormedNotes(path, SIDES[i], detectors[i], { mode, scheme: scheme ?? own }),
  )
  if (mode === 'conlleval' && options.scheme === undefined && marksLast(own))
    notes.push({
      code: 'neighbors-as-one',
      where: gold.path,
      message: say`conlleval.pl has no rules for single and last tags, so neighbors of the same type count as one entity; ${option('scheme', own)} counts each as its own`,
    })
  return { by: 'tokens', ...result, notes }
}

/** Tags of each file are read in its own scheme; in mode `conlleval`, single and last tags are understood. */
async function scoreByOffsets(
  gold: LabelFile,
  predicted: LabelFile,
  options: ScoreFilesOptions,
): Promise<LabelRun> {
  const { mode } = options
  const notes: Note[] = []
  const sides = await Promise.all(
    [gold, predicted].map(async ({ path, options: reading }) => {
      const scheme = options.scheme ?? (mode === 'strict' ? await detectScheme(path, reading) : undefined)
      const detector = new SchemeDetector()
      const read = mode === 'strict' ? spanReader(mode, scheme) : lenientSpans
      return { path, scheme, detector, read, sentences: watched(readSentences(path, reading), detector) }
    }),
  )
  const tally = new LabelTally({ ...options, scheme: 'BIO' })
  for await (const { line, ...pair } of alignLabels(sides[0], sides[1], note => notes.push(note)))
    tally.add({ ...pair, where: `${gold.path}:${line}` })
  for (const [i, { path, detector, scheme = detector.result().scheme }] of sides.entries())
    notes.push(...illFormedNotes(path, SIDES[i], detector, { mode, scheme }))
  return { by: 'offsets', ...tally.result(), notes }
}

async function* watched(sentences: AsyncIterable<Sentence>, detector: SchemeDetector) {
  for await (const sentence of sentences) {
    detector.add(sentence.tags)
    yield exactTokens(sentence)
  }
}

function illFormedNotes(
  path: string,
  side: (typeof SIDES)[number],
  detector: SchemeDetector,
  { mode, scheme }: { readonly mode: ScoreMode; readonly scheme: Scheme },
): Note[] {
  const { illFormed } = detector.resultFor(scheme)
  if (illFormed === 0) return []
  const own = detector.result()
  const looks = own.scheme !== scheme && own.illFormed === 0 ? ` (they are well-formed ${own.scheme})` : ''
  const effect = mode === 'strict' ? 'mode strict counts no entity there' : 'conlleval reads them leniently'
  return [
    {
      code: 'ill-formed-tags',
      where: path,
      message: `${illFormed} ${side} ${plural(illFormed, 'tag')} ${illFormed === 1 ? 'is' : 'are'} ill-formed in ${scheme}${looks}; ${effect}`,
    },
  ]
}
