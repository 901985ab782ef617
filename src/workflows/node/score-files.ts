import { type Note, option, say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import { lineOf } from '../../corpus/sentence.js'
import { ScoreAccumulator } from '../../evaluate/score-accumulator.js'
import { type ScoredSentence, spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import { type SentenceCounts, sentenceCounts } from '../../evaluate/sentence-counts.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import type { Scheme } from '../../tags/scheme.js'
import { detectScheme } from './convert-file.js'
import { type LabelFile, pairSentences } from './paired-sentences.js'

export interface LabelRun {
  readonly scores: Scores
  /** Entities sentence by sentence; empty unless asked for. */
  readonly counts: readonly SentenceCounts[]
  /** Empty unless asked for. */
  readonly sentences: readonly ScoredSentence[]
  /** What the user should know about the figures. */
  readonly notes: readonly Note[]
}

/**
 * Scores two label files side by side. In mode `strict` without a scheme the gold file is read once before, to detect
 * its scheme.
 * @throws InputError as `pairSentences`; CorpusError, TagError
 */
export async function scoreFiles(
  gold: LabelFile,
  predicted: LabelFile,
  options: {
    readonly mode: ScoreMode
    readonly scheme?: Scheme
    readonly keep?: { readonly counts?: boolean; readonly sentences?: boolean }
  },
): Promise<LabelRun> {
  const { mode, keep } = options
  const scheme =
    options.scheme ?? (mode === 'strict' ? await detectScheme(gold.path, gold.options) : undefined)
  const accumulator = new ScoreAccumulator(
    mode === 'strict' && scheme !== undefined ? { mode, scheme } : { scheme },
  )
  const read = spanReader(mode, scheme)
  const detectors = { gold: new SchemeDetector(), predicted: new SchemeDetector() }
  const counts: SentenceCounts[] = []
  const sentences: ScoredSentence[] = []
  for await (const pair of pairSentences(gold, predicted)) {
    accumulator.add(pair.gold.tags, pair.predicted.tags)
    detectors.gold.add(pair.gold.tags)
    detectors.predicted.add(pair.predicted.tags)
    const spans = { gold: read(pair.gold.tags), predicted: read(pair.predicted.tags) }
    if (keep?.counts) counts.push(sentenceCounts(spans.gold, spans.predicted))
    if (keep?.sentences)
      sentences.push({
        tokens: pair.gold.tokens,
        ...spans,
        where: `${gold.path}:${lineOf(pair.gold, 0)}`,
      })
  }
  const scores = accumulator.result()
  const paths = { gold: gold.path, predicted: predicted.path }
  return { scores, counts, sentences, notes: notesOn(scores, paths, detectors, options.scheme) }
}

function notesOn(
  { mode, scheme }: Scores,
  paths: Readonly<Record<'gold' | 'predicted', string>>,
  detectors: Readonly<Record<'gold' | 'predicted', SchemeDetector>>,
  stated: Scheme | undefined,
): Note[] {
  const notes: Note[] = []
  for (const side of ['gold', 'predicted'] as const) {
    const detector = detectors[side]
    const { illFormed } = detector.resultFor(scheme)
    if (illFormed === 0) continue
    const own = detector.result()
    const looks = own.scheme !== scheme && own.illFormed === 0 ? ` (they are well-formed ${own.scheme})` : ''
    const effect = mode === 'strict' ? 'mode strict counts no entity there' : 'conlleval reads them leniently'
    notes.push({
      code: 'ill-formed-tags',
      where: paths[side],
      message: `${illFormed} ${side} ${plural(illFormed, 'tag')} ${illFormed === 1 ? 'is' : 'are'} ill-formed in ${scheme}${looks}; ${effect}`,
    })
  }
  const singles = detectors.gold.result().scheme
  if (mode === 'conlleval' && stated === undefined && (singles === 'IOBES' || singles === 'BILOU'))
    notes.push({
      code: 'neighbors-as-one',
      where: paths.gold,
      message: say`conlleval.pl has no rules for single and last tags, so neighbors of the same type count as one entity; ${option('scheme', singles)} counts each as its own`,
    })
  return notes
}
