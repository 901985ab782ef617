import type { CorpusStats } from '../corpus/stats/collect-stats.js'
import { clip } from './clip.js'

export type CorpusRole = 'training' | 'development' | 'test' | 'evaluated'

/** A corpus's own figures. */
export interface CorpusFacts {
  readonly role: CorpusRole
  /** File name. */
  readonly name: string
  readonly stats: CorpusStats
  /** How many sentences have each length, in ranges of `LENGTH_STEP` tokens; the last holds all longer ones. */
  readonly sentenceLengths: readonly number[]
}

export const LENGTH_STEP = 5
export const LENGTH_RANGES = 16

/** Types and mentions whose texts are kept. */
const TYPES = 60
const TEXT = 80

export class LengthCounter {
  readonly counts: number[] = Array.from({ length: LENGTH_RANGES }, () => 0)

  add(tokens: number): void {
    this.counts[Math.min(LENGTH_RANGES - 1, Math.floor(Math.max(0, tokens - 1) / LENGTH_STEP))]++
  }
}

/** Figures of a corpus with long texts cut and the rarest of very many types left out. */
export function corpusFacts(
  role: CorpusRole,
  name: string,
  stats: CorpusStats,
  sentenceLengths: readonly number[],
): CorpusFacts {
  const kept = Object.keys(stats.types).slice(0, TYPES)
  const pick = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(kept.filter(type => type in record).map(type => [type, record[type]]))
  return {
    role,
    name,
    sentenceLengths,
    stats: {
      ...stats,
      types: pick(stats.types),
      entityLength: pick(stats.entityLength),
      commonest: Object.fromEntries(
        Object.entries(pick(stats.commonest)).map(([type, mentions]) => [
          type,
          mentions.slice(0, 5).map(({ mention, count }) => ({ mention: clip(mention, TEXT), count })),
        ]),
      ),
      ambiguous: {
        ...stats.ambiguous,
        examples: stats.ambiguous.examples.map(({ mention, types }) => ({
          mention: clip(mention, TEXT),
          types: pick(types),
        })),
      },
    },
  }
}
