import { SchemeDetector } from '../../tags/detect-scheme.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { BoundedCounter } from './bounded-counter.js'
import { LengthHistogram, type LengthSummary } from './length-histogram.js'

/** A corpus in numbers. Shares are fractions in [0, 1], or `null` if there is nothing to divide by. */
export interface CorpusStats {
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  /** Entities of each type, most frequent first. */
  readonly types: Readonly<Record<string, number>>
  /** The scheme that fits the tags best; `null` without any entity. */
  readonly scheme: Scheme | null
  /** Tags that break that scheme. */
  readonly illFormed: number
  /** `null` if the file marks no documents. */
  readonly documents: number | null
  readonly sentencesWithoutEntities: number
  /** Share of tokens outside of entities, which is the token accuracy of a tagger that finds nothing. */
  readonly outside: number | null
  readonly entitiesPerSentence: number | null
  readonly sentenceLength: LengthSummary | null
  readonly entityLength: Readonly<Record<string, LengthSummary | null>>
  /** Different words. */
  readonly vocabulary: Distinct
  readonly mentions: Distinct
  /** The most frequent mentions of each type. */
  readonly commonest: Readonly<Record<string, readonly MentionCount[]>>
  /** Mentions that occur with several types, most frequent first. */
  readonly ambiguous: Ambiguity
}

export interface Distinct {
  readonly distinct: number
  /** If false, `distinct` is a lower bound. */
  readonly exact: boolean
}

export interface MentionCount {
  readonly mention: string
  readonly count: number
}

export interface Ambiguity {
  /** Different mentions with more than one type. */
  readonly mentions: number
  readonly examples: readonly { readonly mention: string; readonly types: Readonly<Record<string, number>> }[]
}

const MENTIONS = 100_000
const WORDS = 150_000
const SHOWN = 10

/**
 * Collects a corpus's statistics sentence by sentence, in bounded memory. Entities are counted by conlleval's chunk rules
 * (with `E- S- L- U-` as they are meant), so that ill-formed tags count as in papers.
 *
 * @example
 * const stats = new StatsCollector()
 * for await (const sentence of readSentences('train.conll')) stats.add(sentence)
 * stats.result().entities
 */
export class StatsCollector {
  private readonly detector = new SchemeDetector()
  private readonly types = new Map<string, { count: number; lengths: LengthHistogram }>()
  private readonly lengths = new LengthHistogram()
  private readonly mentions = new BoundedCounter(MENTIONS)
  private readonly words = new BoundedCounter(WORDS)
  private sentences = 0
  private tokens = 0
  private outside = 0
  private empty = 0
  /** Readers number documents in order of first appearance. */
  private documents = 0
  private lastDocument = -1

  add(sentence: Sentence): void {
    const { tokens, tags } = sentence
    this.sentences++
    this.tokens += tokens.length
    this.lengths.add(tokens.length)
    const { document = -1 } = sentence
    if (document > this.lastDocument) {
      this.documents++
      this.lastDocument = document
    }
    for (const token of tokens) this.words.add(token)
    this.detector.add(tags)
    const exact = exactTokens(sentence)
    const spans = lenientSpans(exact.tags)
    for (const { start, end, type } of spans) {
      const known = this.types.get(type) ?? { count: 0, lengths: new LengthHistogram() }
      if (known.count++ === 0) this.types.set(type, known)
      known.lengths.add(end - start)
      this.mentions.add(`${type}\0${exact.tokens.slice(start, end).join(' ')}`)
    }
    this.outside += tokens.length - lenientSpans(tags).reduce((sum, { start, end }) => sum + end - start, 0)
    if (spans.length === 0) this.empty++
  }

  result(): CorpusStats {
    const byCount = [...this.types].sort((a, b) => b[1].count - a[1].count)
    const entities = byCount.reduce((sum, [, { count }]) => sum + count, 0)
    const scheme = this.detector.result()
    const { commonest, ambiguous, distinct } = this.mentionTables(byCount.map(([type]) => type))
    return {
      sentences: this.sentences,
      tokens: this.tokens,
      entities,
      types: Object.fromEntries(byCount.map(([type, { count }]) => [type, count])),
      scheme: scheme.entityTags > 0 ? scheme.scheme : null,
      illFormed: scheme.illFormed,
      documents: this.documents === 0 ? null : this.documents,
      sentencesWithoutEntities: this.empty,
      outside: this.tokens > 0 ? this.outside / this.tokens : null,
      entitiesPerSentence: this.sentences > 0 ? entities / this.sentences : null,
      sentenceLength: this.lengths.summary(),
      entityLength: Object.fromEntries(byCount.map(([type, { lengths }]) => [type, lengths.summary()])),
      vocabulary: { distinct: this.words.size, exact: this.words.isExact },
      mentions: { distinct, exact: this.mentions.isExact },
      commonest,
      ambiguous,
    }
  }

  private mentionTables(types: readonly string[]) {
    const commonest: Record<string, MentionCount[]> = Object.fromEntries(types.map(type => [type, []]))
    const typesOf = new Map<string, [string, number][]>()
    for (const [key, count] of this.mentions.sorted()) {
      const at = key.indexOf('\0')
      const type = key.slice(0, at)
      const mention = key.slice(at + 1)
      if (commonest[type].length < SHOWN) commonest[type].push({ mention, count })
      const known = typesOf.get(mention)
      if (known) known.push([type, count])
      else typesOf.set(mention, [[type, count]])
    }
    const several = [...typesOf].filter(([, counts]) => counts.length > 1)
    const total = (counts: readonly [string, number][]) => counts.reduce((sum, [, count]) => sum + count, 0)
    const examples = several
      .sort((a, b) => total(b[1]) - total(a[1]))
      .slice(0, SHOWN)
      .map(([mention, counts]) => ({ mention, types: Object.fromEntries(counts) }))
    return { commonest, ambiguous: { mentions: several.length, examples }, distinct: typesOf.size }
  }
}
