import type { Sentence } from '../corpus/sentence.js'
import { textOf } from '../corpus/sentence-text.js'
import { type CorpusStats, StatsCollector } from '../corpus/stats/collect-stats.js'
import { clip } from './clip.js'

export type CorpusRole = 'training' | 'development' | 'test' | 'evaluated'

/** Figures of a corpus. */
export interface CorpusFacts {
  readonly role: CorpusRole
  /** File name. */
  readonly name: string
  readonly stats: CorpusStats
  /** How many sentences have each length, in ranges of `LENGTH_STEP` tokens; the last one has all longer ones. */
  readonly sentenceLengths: readonly number[]
}

export const LENGTH_STEP = 5
export const LENGTH_RANGES = 16

/** Types and mentions whose texts are kept. */
const TYPES = 60
const TEXT = 80

/** Collects what a report says about a corpus. */
export class FactsCollector {
  private readonly stats = new StatsCollector()
  private readonly lengths = Array.from({ length: LENGTH_RANGES }, () => 0)

  add(sentence: Sentence): void {
    this.stats.add(sentence)
    const range = Math.floor(Math.max(0, sentence.tokens.length - 1) / LENGTH_STEP)
    this.lengths[Math.min(LENGTH_RANGES - 1, range)]++
  }

  /** The figures, with long texts cut and the rarest of very many types left out. @param name the corpus's file name */
  result(role: CorpusRole, name: string): CorpusFacts {
    const stats = this.stats.result()
    const kept = Object.keys(stats.types).slice(0, TYPES)
    const pick = <T>(record: Readonly<Record<string, T>>) =>
      Object.fromEntries(kept.filter(type => type in record).map(type => [type, record[type]]))
    const { ambiguous, commonest } = stats
    return {
      role,
      name,
      sentenceLengths: this.lengths,
      stats: {
        ...stats,
        types: pick(stats.types),
        entityLength: pick(stats.entityLength),
        commonest: Object.fromEntries(
          Object.entries(pick(commonest)).map(([type, mentions]) => [
            type,
            mentions.slice(0, 5).map(({ mention, count }) => ({ mention: readable(mention), count })),
          ]),
        ),
        ambiguous: {
          ...ambiguous,
          examples: ambiguous.examples.map(({ mention, types }) => ({
            mention: readable(mention),
            types: pick(types),
          })),
        },
      },
    }
  }
}

/** A mention as text: its tokens are joined as they are written. */
function readable(mention: string): string {
  return clip(textOf({ tokens: mention.split(' '), tags: [], lines: [] }).text, TEXT)
}
