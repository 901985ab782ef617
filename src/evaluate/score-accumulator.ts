import { byCodePoint } from '../base/code-point-order.js'
import { InputError } from '../base/errors.js'
import { SchemeDetector } from '../tags/detect-scheme.js'
import { isTag, type Scheme, TagError } from '../tags/scheme.js'
import { EntityMatcher } from './entity-matcher.js'
import { PairCounts } from './pair-counts.js'
import { ratio, toPrf } from './prf.js'
import { placeSpans, type SpanRange, spanReader } from './scored-sentence.js'
import type { ScoreMode, Scores } from './scores.js'
import { tokenReport } from './token-report.js'

/** Labels that cannot be scored: `evaluate/lengths`, `evaluate/options`, `evaluate/tags`. */
export class EvaluateError extends InputError {
  override readonly name = 'EvaluateError'
}

/** The confusion has a row and a column for each tag: with more tags its numbers would take more than 128 MiB. */
const MOST_TAGS = 4096

/** Mode `strict` needs the scheme; mode `conlleval` only reports it, and detects it from the gold tags by default. */
export type ScoreOptions =
  | { readonly mode: 'strict'; readonly scheme: Scheme }
  | { readonly mode?: 'conlleval'; readonly scheme?: Scheme }

/**
 * Scores sentence by sentence in memory that does not grow with the corpus.
 *
 * @example
 * const scores = new ScoreAccumulator({ mode: 'conlleval' })
 * scores.add(['B-PER', 'O'], ['B-PER', 'O'])
 * scores.result().exact.micro.f1 // 1
 */
export class ScoreAccumulator {
  private readonly mode: ScoreMode
  private readonly scheme: Scheme | undefined
  private readonly detector = new SchemeDetector()
  private readonly read: ReturnType<typeof spanReader>
  private readonly tagPairs = new PairCounts()
  private readonly entities = new EntityMatcher()
  private sentences = 0
  private tokens = 0

  constructor(options: ScoreOptions = {}) {
    this.mode = options.mode ?? 'conlleval'
    this.scheme = options.scheme
    this.read = spanReader(this.mode, this.scheme)
  }

  /**
   * Adds one sentence.
   * @param ranges of each token in the text, so that overlaps are measured in characters; default: in tokens
   * @throws EvaluateError `evaluate/lengths`, `evaluate/tags`; TagError `tags/malformed`
   */
  add(gold: readonly string[], predicted: readonly string[], ranges?: readonly SpanRange[]): void {
    const { length } = gold
    if (predicted.length !== length) throw unequalLengths(this.sentences, length, predicted.length)
    const goldSpans = this.spansOf(gold, 'gold')
    const predictedSpans = this.spansOf(predicted, 'predicted')
    for (let i = 0; i < length; i++) this.tagPairs.add(gold[i], predicted[i])
    if (this.tagPairs.labels.size >= MOST_TAGS) this.checkTags()
    if (this.scheme === undefined) this.detector.add(gold)
    if (ranges) this.entities.add(placeSpans(goldSpans, ranges), placeSpans(predictedSpans, ranges))
    else this.entities.add(goldSpans, predictedSpans)
    this.tokens += length
    this.sentences++
  }

  /** `O` always has a place in the confusion. */
  private checkTags(): void {
    const tags = [...this.tagPairs.labels].filter(tag => tag !== 'O')
    if (tags.length >= MOST_TAGS) throw tooManyTags(this.sentences, tags[MOST_TAGS - 1])
  }

  private spansOf(tags: readonly string[], side: 'gold' | 'predicted') {
    try {
      return this.read(tags)
    } catch (error) {
      if (!(error instanceof TagError)) throw error
      const token = tags.findIndex(tag => !isTag(tag)) + 1
      const where = `sentence ${this.sentences + 1}, token ${token}, ${side} tag`
      throw new TagError(
        error.code,
        error.faults.map(fault => ({ ...fault, where })),
      )
    }
  }

  /** The scores so far; more sentences may follow. */
  result(): Scores {
    const { sentences, tokens } = this
    const labels = [...this.tagPairs.labels].sort(byTag)
    const matrix = this.tagPairs.matrix(labels)
    const { report, withO, withoutO } = tokenReport(labels, matrix)
    const entities = this.entities.result()
    const agreed = matrix.reduce((sum, row, i) => sum + row[i], 0)
    return {
      scheme: this.scheme ?? this.detector.result().scheme,
      mode: this.mode,
      sentences,
      tokens,
      accuracy: ratio(agreed, tokens),
      baseline: {
        allO: {
          accuracy: ratio(report.O?.support ?? 0, tokens),
          f1: toPrf(0, 0, entities.exact.micro.gold).f1,
        },
      },
      exact: entities.exact,
      relaxed: entities.relaxed,
      semeval: entities.semeval,
      tokenReport: report,
      tokenAverages: { withO, withoutO },
      confusion: { labels, matrix },
      typeConfusion: entities.typeConfusion,
    }
  }
}

/** `O` first, then type by type. */
function byTag(a: string, b: string): number {
  if (a === 'O' || b === 'O') return a === b ? 0 : a === 'O' ? -1 : 1
  return byCodePoint(a.slice(2), b.slice(2)) || byCodePoint(a, b)
}

function tooManyTags(sentence: number, next: string): EvaluateError {
  return new EvaluateError('evaluate/tags', {
    where: `sentence ${sentence + 1}`,
    expected: `at most ${MOST_TAGS} different tags in all, gold and predicted, since each has a row and a column in the confusion`,
    got: `${JSON.stringify(next)} as one more`,
    remedy:
      'check which column holds the tags; if these are meant, score fewer types at a time or merge some',
  })
}

function unequalLengths(sentence: number, gold: number, predicted: number): EvaluateError {
  return new EvaluateError('evaluate/lengths', {
    where: `sentence ${sentence + 1}`,
    expected: `${gold} predicted tags, one for each gold tag`,
    got: `${predicted}`,
    remedy: 'score labels of the same tokens',
  })
}
