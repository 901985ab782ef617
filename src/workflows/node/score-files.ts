import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { lineOf } from '../../corpus/sentence.js'
import { ScoreAccumulator } from '../../evaluate/score-accumulator.js'
import { type ScoredSentence, spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import { type SentenceCounts, sentenceCounts } from '../../evaluate/sentence-counts.js'
import { addMentions, type TrainingMentions } from '../../evaluate/training-mentions.js'
import { type DetectedScheme, SchemeDetector } from '../../tags/detect-scheme.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { type LabelFile, pairSentences } from './paired-sentences.js'

export interface LabelRun {
  readonly scores: Scores
  /** The scheme in force, and the one that the user stated. */
  readonly scheme: Scheme
  readonly stated?: Scheme
  /** Entities sentence by sentence; empty unless asked for. */
  readonly counts: readonly SentenceCounts[]
  /** Empty unless asked for. */
  readonly sentences: readonly ScoredSentence[]
  /** What the user should know about the figures, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Scores two label files side by side. In mode `strict` without a scheme the gold file is read once before, to detect
 * its scheme.
 * @throws PairingError, CorpusError, TagError
 */
export async function scoreFiles(
  gold: LabelFile,
  predicted: LabelFile,
  options: {
    readonly mode: ScoreMode
    readonly scheme?: Scheme
    readonly keepCounts?: boolean
    readonly keepSentences?: boolean
  },
): Promise<LabelRun> {
  const { mode } = options
  const scheme = options.scheme ?? (mode === 'strict' ? (await detectFile(gold)).scheme : undefined)
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
    if (options.keepCounts) counts.push(sentenceCounts(spans.gold, spans.predicted))
    if (options.keepSentences)
      sentences.push({
        tokens: pair.gold.tokens,
        ...spans,
        where: `${gold.path}:${lineOf(pair.gold, 0)}`,
      })
  }
  const scores = accumulator.result()
  const found = { gold: detectors.gold, predicted: detectors.predicted }
  return {
    scores,
    scheme: scores.scheme,
    stated: options.scheme,
    counts,
    sentences,
    notes: notesOn(scores, found, options.scheme),
  }
}

async function detectFile(file: LabelFile): Promise<DetectedScheme> {
  const detector = new SchemeDetector()
  for await (const { tags } of readSentences(file.path, { ...file.options, onNote: undefined }))
    detector.add(tags)
  return detector.result()
}

function notesOn(
  { mode, scheme }: Scores,
  detectors: Readonly<Record<'gold' | 'predicted', SchemeDetector>>,
  stated: Scheme | undefined,
): string[] {
  const notes: string[] = []
  const sides = [
    ['gold', detectors.gold],
    ['predicted', detectors.predicted],
  ] as const
  for (const [side, detector] of sides) {
    const { illFormed } = detector.resultFor(scheme)
    if (illFormed === 0) continue
    const own = detector.result()
    const looks = own.scheme !== scheme && own.illFormed === 0 ? ` (they are well-formed ${own.scheme})` : ''
    const effect =
      mode === 'strict' ? 'what they break is no entity in mode strict' : 'conlleval reads them leniently'
    notes.push(`${illFormed} ${side} tags are ill-formed in ${scheme}${looks}; ${effect}`)
  }
  const singles = detectors.gold.result().scheme
  if (mode === 'conlleval' && stated === undefined && (singles === 'IOBES' || singles === 'BILOU'))
    notes.push(
      `conlleval.pl has no rules for single and last tags, so that neighbors of the same type count as one; ` +
        `--scheme ${singles} reads them as they are meant`,
    )
  return notes
}

/** The mentions of a training corpus. */
export async function readTrainingMentions(
  path: string,
  options: ReadOptions,
  mode: ScoreMode,
): Promise<TrainingMentions> {
  const file = { path, options }
  const read = mode === 'strict' ? spanReader(mode, (await detectFile(file)).scheme) : lenientSpans
  const mentions = new Map<string, Map<string, number>>()
  for await (const { tokens, tags } of readSentences(path, options))
    addMentions(mentions, { tokens, gold: read(tags) })
  return mentions
}
