import { RelaxedByType, type RelaxedTypeScores } from '../evaluate/relaxed-by-type.js'
import { ScoreAccumulator } from '../evaluate/score-accumulator.js'
import { placeSpans, type ScoredSentence, type SpanRange } from '../evaluate/scored-sentence.js'
import type { ScoreMode, Scores } from '../evaluate/scores.js'
import { type SentenceCounts, sentenceCounts } from '../evaluate/sentence-counts.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { mapTypes, type TypeMap } from '../tags/type-map.js'

/** A gold sentence with the entities of both sides, as ranges of its tokens. */
export interface LabeledPair {
  readonly tokens: readonly string[]
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly TokenSpan[]
  /** The tags of both sides, if they are of the same tokens. */
  readonly tags?: { readonly gold: readonly string[]; readonly predicted: readonly string[] }
  /** As for `ScoreAccumulator.add`. */
  readonly ranges?: readonly SpanRange[]
  /** The first token of each gold sentence; one sentence by default. */
  readonly firsts?: readonly number[]
  readonly where: string
}

export interface TallyResult {
  readonly scores: Scores
  readonly relaxedTypes: Readonly<Record<string, RelaxedTypeScores>>
  /** The types of both files as they are there. */
  readonly types: ReadonlySet<string>
  /** Entities by gold sentence; empty unless asked for. */
  readonly counts: readonly SentenceCounts[]
  /** Empty unless asked for. */
  readonly sentences: readonly ScoredSentence[]
}

/** Gathers scores and what the analyses need, pair by pair, with types mapped. */
export class LabelTally {
  private readonly types = new Set<string>()
  private readonly counts: SentenceCounts[] = []
  private readonly sentences: ScoredSentence[] = []
  private readonly accumulator: ScoreAccumulator
  private readonly relaxed = new RelaxedByType()
  private readonly map: TypeMap
  private readonly keep: { readonly counts?: boolean; readonly sentences?: boolean }

  /** @param options `scheme`: of the tags; BIO if entities are rewritten, for want of tags or by a map */
  constructor({
    mode,
    scheme,
    map = new Map(),
    keep = {},
  }: {
    readonly mode: ScoreMode
    readonly scheme?: Scheme
    readonly map?: TypeMap
    readonly keep?: LabelTally['keep']
  }) {
    this.map = map
    this.keep = keep
    this.accumulator = new ScoreAccumulator(
      mode === 'strict' ? { mode, scheme: scheme ?? 'BIO' } : { scheme },
    )
  }

  add({ tokens, tags, ranges, firsts = [0], where, ...spans }: LabeledPair): void {
    for (const { type } of [...spans.gold, ...spans.predicted]) this.types.add(type)
    const gold = mapTypes(spans.gold, this.map)
    const predicted = mapTypes(spans.predicted, this.map)
    if (tags && this.map.size === 0) this.accumulator.add(tags.gold, tags.predicted)
    else {
      const written = [gold, predicted].map(own => encodeSpans(own, tokens.length, 'BIO'))
      this.accumulator.add(written[0], written[1], ranges)
    }
    const place = (own: readonly TokenSpan[]) => (ranges ? placeSpans(own, ranges) : own)
    this.relaxed.add(place(gold), place(predicted))
    if (this.keep.counts)
      for (const [i, first] of firsts.entries()) {
        const isOwn = ({ start }: TokenSpan) =>
          start >= first && start < (firsts[i + 1] ?? Number.POSITIVE_INFINITY)
        this.counts.push(sentenceCounts(gold.filter(isOwn), predicted.filter(isOwn)))
      }
    if (this.keep.sentences) this.sentences.push({ tokens, gold, predicted, where })
  }

  result(): TallyResult {
    const { types, counts, sentences } = this
    return {
      scores: this.accumulator.result(),
      relaxedTypes: this.relaxed.result(),
      types,
      counts,
      sentences,
    }
  }
}
