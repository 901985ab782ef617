import { byCodePoint } from '../base/code-point-order.js'
import type { TokenSpan } from '../tags/span.js'
import { PairCounts } from './pair-counts.js'
import { harmonic, macroAverage, ratio, toCountedPrf, toPrf, weightedAverage } from './prf.js'
import { isSameSpan, overlapOf } from './scored-sentence.js'
import type { RelaxedPrf, Scores, SemevalPrf, SemevalScheme } from './scores.js'

const SEMEVAL_SCHEMES: readonly SemevalScheme[] = ['strict', 'exact', 'partial', 'type']

/** The scores that entities alone decide. */
export type EntityScores = Pick<Scores, 'exact' | 'relaxed' | 'semeval' | 'typeConfusion'>

/** Counts exact and relaxed matches and the confusion of types, sentence by sentence. */
export class EntityMatcher {
  private readonly types = new Map<string, TypeMatches>()
  private readonly confusion = new PairCounts()
  private gold = 0
  private predicted = 0
  private sameBoundary = 0
  /** Entities that one of their type on the other side overlaps. */
  private typeGold = 0
  private typePredicted = 0
  private readonly semeval = SEMEVAL_SCHEMES.map(scheme => new SemevalMatcher(scheme))

  /** Both sides in order, without overlaps. */
  add(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): void {
    this.gold += gold.length
    this.predicted += predicted.length
    eachWithOverlapping(gold, predicted, (span, others) => this.addGold(span, others))
    eachWithOverlapping(predicted, gold, (span, others) => this.addPredicted(span, others))
    for (const matcher of this.semeval) matcher.nextSentence()
  }

  private addGold(span: TokenSpan, others: readonly TokenSpan[]): void {
    const counts = this.countsOf(span.type)
    counts.gold++
    if (others.some(({ type }) => type === span.type)) this.typeGold++
    const partner = closest(span, others)
    if (!partner) {
      counts.missed++
      return
    }
    this.confusion.add(span.type, partner.type)
    if (partner.start !== span.start || partner.end !== span.end) return
    this.sameBoundary++
    if (partner.type === span.type) counts.correct++
  }

  private addPredicted(span: TokenSpan, others: readonly TokenSpan[]): void {
    const counts = this.countsOf(span.type)
    counts.predicted++
    if (others.some(({ type }) => type === span.type)) this.typePredicted++
    if (others.length === 0) counts.spurious++
    else for (const matcher of this.semeval) matcher.match(span, others)
  }

  private countsOf(type: string): TypeMatches {
    let counts = this.types.get(type)
    if (!counts) {
      counts = { gold: 0, predicted: 0, correct: 0, missed: 0, spurious: 0 }
      this.types.set(type, counts)
    }
    return counts
  }

  result(): EntityScores {
    const types = [...this.types.keys()].sort(byCodePoint)
    const counts = types.map(type => this.countsOf(type))
    const scored = counts.map(({ correct, predicted, gold }) => toCountedPrf(correct, predicted, gold))
    const semeval = Object.fromEntries(
      SEMEVAL_SCHEMES.map((scheme, i) => [scheme, this.semeval[i].result(this.gold, this.predicted)]),
    ) as Record<SemevalScheme, SemevalPrf>
    const correct = counts.reduce((sum, each) => sum + each.correct, 0)
    return {
      exact: {
        micro: toCountedPrf(correct, this.predicted, this.gold),
        macro: macroAverage(scored),
        weighted: weightedAverage(
          scored,
          counts.map(({ gold }) => gold),
        ),
        types: Object.fromEntries(types.map((type, i) => [type, scored[i]])),
      },
      relaxed: {
        type: this.credit(this.typeGold, this.typePredicted),
        boundary: this.credit(this.sameBoundary, this.sameBoundary),
        partial: semeval.partial,
        strict: semeval.strict,
      },
      semeval,
      typeConfusion: {
        types,
        matrix: this.confusion.matrix(types),
        missed: counts.map(({ missed }) => missed),
        spurious: counts.map(({ spurious }) => spurious),
      },
    }
  }

  private credit(creditedGold: number, creditedPredicted: number): RelaxedPrf {
    const { gold, predicted } = this
    const precision = ratio(creditedPredicted, predicted)
    const recall = ratio(creditedGold, gold)
    const f1 = harmonic(precision, recall) ?? (gold + predicted > 0 ? 0 : null)
    return { precision, recall, f1, gold, predicted, creditedGold, creditedPredicted }
  }
}

type TypeMatches = Record<'gold' | 'predicted' | 'correct' | 'missed' | 'spurious', number>

/** The span that shares most tokens; on a tie one of the same type, else the first. */
function closest(span: TokenSpan, others: readonly TokenSpan[]): TokenSpan | undefined {
  let best: TokenSpan | undefined
  let most = 0
  for (const other of others) {
    const shared = overlapOf(span, other)
    const isBetterTie = shared === most && other.type === span.type && best?.type !== span.type
    if (shared > most || isBetterTie) {
      best = other
      most = shared
    }
  }
  return best
}

const NONE: readonly TokenSpan[] = []

/** Visits each span in order with the spans of the other side that overlap it; both sides are free of overlaps. */
function eachWithOverlapping(
  spans: readonly TokenSpan[],
  others: readonly TokenSpan[],
  visit: (span: TokenSpan, overlapping: readonly TokenSpan[]) => void,
): void {
  let from = 0
  for (const span of spans) {
    while (from < others.length && others[from].end <= span.start) from++
    let to = from
    while (to < others.length && others[to].start < span.end) to++
    visit(span, from === to ? NONE : others.slice(from, to))
  }
}

/**
 * A scheme of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013), matched in nervaluate's way: predicted entities from
 * left to right, each taking one gold entity that no earlier one took. An exact partner first (in scheme `type`: the
 * overlapping one of its type with the nearest boundaries), else the first that overlaps.
 */
class SemevalMatcher {
  private correct = 0
  /** Lesser matches: half a credit in `partial`, else incorrect. */
  private lesser = 0
  /** The gold entity that was taken last: only the first one that overlaps the next prediction can be taken already. */
  private taken: TokenSpan | undefined

  constructor(private readonly scheme: SemevalScheme) {}

  nextSentence(): void {
    this.taken = undefined
  }

  match(predicted: TokenSpan, overlapping: readonly TokenSpan[]): void {
    const free = overlapping[0] === this.taken ? overlapping.slice(1) : overlapping
    if (free.length === 0) return
    const partner = this.partner(predicted, free)
    if (partner) this.correct++
    else this.lesser++
    this.taken = partner ?? free[0]
  }

  private partner(predicted: TokenSpan, free: readonly TokenSpan[]): TokenSpan | undefined {
    if (this.scheme === 'strict') return free.find(gold => isSameSpan(gold, predicted))
    const distance = ({ start, end }: TokenSpan) =>
      Math.abs(start - predicted.start) + Math.abs(end - predicted.end)
    if (this.scheme !== 'type') return free.find(gold => distance(gold) === 0)
    const fitting = free.filter(({ type }) => type === predicted.type)
    const nearest = Math.min(...fitting.map(distance))
    return fitting.find(gold => distance(gold) === nearest)
  }

  result(gold: number, predicted: number): SemevalPrf {
    const { correct, lesser } = this
    const partial = this.scheme === 'partial' ? lesser : 0
    return {
      ...toPrf(correct + partial / 2, predicted, gold),
      correct,
      incorrect: lesser - partial,
      partial,
      missed: gold - correct - lesser,
      spurious: predicted - correct - lesser,
      possible: gold,
      actual: predicted,
    }
  }
}
