import { byCodePoint } from '../base/code-point-order.js'
import { InputError } from '../base/errors.js'
import { SchemeDetector } from '../tags/detect-scheme.js'
import { type Scheme, TagError } from '../tags/scheme.js'
import { GrowingMatrix } from './counts.js'
import { EntityMatcher } from './entity-matcher.js'
import { macroAverage, ratio, toCountedPrf, weightedAverage } from './prf.js'
import type { ExactScores, ScoreMode, Scores } from './scores.js'
import { SemevalMatcher } from './semeval-matcher.js'
import { SpanBuffer } from './span-buffer.js'
import { spanRules } from './span-rules.js'
import { TagTable } from './tag-table.js'
import { tokenReport } from './token-report.js'

/** Labels that cannot be scored: `evaluate/lengths`, `evaluate/options`, `evaluate/tags`. */
export class EvaluateError extends InputError {
  override readonly name = 'EvaluateError'
}

/** Confusion has a row and a column for each tag: with more, it would take more than 128 MiB, and its JSON as much. */
const MOST_TAGS = 4096

/** `strict` needs the scheme; in `conlleval` it is detected from the gold tags for the record unless stated. */
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
  private readonly table = new TagTable()
  private readonly rules: Uint8Array
  private readonly tagPairs = new GrowingMatrix()
  private readonly entities = new EntityMatcher()
  private readonly semeval = new SemevalMatcher()
  private readonly goldSpans = new SpanBuffer()
  private readonly predictedSpans = new SpanBuffer()
  private goldIds = new Int32Array(256)
  private predictedIds = new Int32Array(256)
  private goldOutside = 0
  private predictedOutside = 0
  private sentences = 0
  private tokens = 0

  constructor(options: ScoreOptions = {}) {
    this.mode = options.mode ?? 'conlleval'
    this.scheme = options.scheme
    this.rules = spanRules(this.mode, this.scheme)
  }

  /**
   * Adds one sentence.
   * @throws EvaluateError `evaluate/lengths`, `evaluate/tags`; TagError `tags/malformed`
   */
  add(gold: readonly string[], predicted: readonly string[]): void {
    const { length } = gold
    if (predicted.length !== length) throw unequalLengths(this.sentences, length, predicted.length)
    if (this.goldIds.length < length) {
      this.goldIds = new Int32Array(length * 2)
      this.predictedIds = new Int32Array(length * 2)
    }
    const { goldIds, predictedIds, table } = this
    this.intern(gold, goldIds, 'gold')
    this.intern(predicted, predictedIds, 'predicted')
    if (table.tags.length > MOST_TAGS) throw tooManyTags(this.sentences, table.tags[MOST_TAGS])
    this.tagPairs.reserve(table.tags.length)
    for (let i = 0; i < length; i++) {
      this.tagPairs.add(goldIds[i], predictedIds[i])
      if (goldIds[i] === 0) this.goldOutside++
      if (predictedIds[i] === 0) this.predictedOutside++
    }
    if (this.scheme === undefined) this.detector.add(gold)
    this.goldSpans.read(goldIds, length, table, this.rules)
    this.predictedSpans.read(predictedIds, length, table, this.rules)
    this.entities.add(this.goldSpans, this.predictedSpans, table.types.length)
    this.semeval.add(this.goldSpans, this.predictedSpans)
    this.tokens += length
    this.sentences++
  }

  /** The tags' numbers. */
  private intern(tags: readonly string[], ids: Int32Array, side: 'gold' | 'predicted'): void {
    let token = 0
    try {
      for (; token < tags.length; token++) ids[token] = this.table.id(tags[token])
    } catch (error) {
      if (!(error instanceof TagError)) throw error
      const where = `sentence ${this.sentences + 1}, token ${token + 1}, ${side} tag`
      throw new TagError(
        error.code,
        error.faults.map(fault => ({ ...fault, where })),
      )
    }
  }

  /** The scores so far; more sentences may follow. */
  result(): Scores {
    const { table, sentences, tokens } = this
    const order = table.tags
      .map((_, id) => id)
      .filter(id => id > 0 || this.goldOutside + this.predictedOutside > 0)
      .sort((a, b) => byTag(table.tags[a], table.tags[b]))
    const labels = order.map(id => table.tags[id])
    const matrix = this.tagPairs.select(order)
    const { report, withO, withoutO } = tokenReport(labels, matrix)
    const types = table.types
      .map((_, id) => id)
      .filter(id => this.entities.isSeen(id))
      .sort((a, b) => byCodePoint(table.types[a], table.types[b]))
    const names = types.map(id => table.types[id])
    const exact = this.exact(types, names)
    const semeval = this.semeval.result()
    return {
      scheme: this.scheme ?? this.detector.result().scheme,
      mode: this.mode,
      sentences,
      tokens,
      accuracy: ratio(
        matrix.reduce((sum, row, i) => sum + row[i], 0),
        tokens,
      ),
      baseline: {
        allO: { accuracy: ratio(this.goldOutside, tokens), f1: toCountedPrf(0, 0, exact.micro.gold).f1 },
      },
      exact,
      relaxed: { ...this.entities.relaxed(), partial: semeval.partial, strict: semeval.strict },
      semeval,
      tokenReport: report,
      tokenAverages: { withO, withoutO },
      confusion: { labels, matrix },
      typeConfusion: { types: names, ...this.entities.typeConfusion(types) },
    }
  }

  private exact(types: readonly number[], names: readonly string[]): ExactScores {
    const scored = types.map(id => this.entities.ofType(id))
    const sum = (key: 'gold' | 'predicted' | 'correct') =>
      scored.reduce((total, each) => total + each[key], 0)
    return {
      micro: toCountedPrf(sum('correct'), sum('predicted'), sum('gold')),
      macro: macroAverage(scored),
      weighted: weightedAverage(
        scored,
        scored.map(({ gold }) => gold),
      ),
      types: Object.fromEntries(names.map((name, i) => [name, scored[i]])),
    }
  }
}

/** `O` first, then type by type. */
function byTag(a: string, b: string): number {
  if (a === 'O' || b === 'O') return a === b ? 0 : a === 'O' ? -1 : 1
  return byCodePoint(a.slice(2), b.slice(2)) || byCodePoint(a, b)
}

/** @param next the tag that is one too many */
function tooManyTags(sentence: number, next: string): EvaluateError {
  return new EvaluateError('evaluate/tags', {
    where: `sentence ${sentence + 1}`,
    expected: `at most ${MOST_TAGS} different tags in all, gold and predicted, since each has a row and a column in the confusion`,
    got: `${JSON.stringify(next)} as one more`,
    remedy:
      'check which column holds the tags; if these are meant, score fewer types at a time or merge some',
  })
}

export function unequalLengths(sentence: number, gold: number, predicted: number): EvaluateError {
  return new EvaluateError('evaluate/lengths', {
    where: `sentence ${sentence + 1}`,
    expected: `${gold} predicted tags, one for each gold tag`,
    got: `${predicted}`,
    remedy: 'score labels of the same tokens',
  })
}
