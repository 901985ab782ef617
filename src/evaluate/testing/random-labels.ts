/** The cases of oracles/scores.py, drawn by the same generator; change both together. */
import type { Scheme } from '../../tags/scheme.js'

export const ORACLE_TYPES = ['LOC', 'ORG', 'PER', 'creative-work']
const PREFIXES: Readonly<Record<Scheme, string>> = {
  IO: 'II',
  IOB1: 'BI',
  BIO: 'BI',
  IOBES: 'BIES',
  BILOU: 'BILU',
  BMES: 'BMES',
  BMEWO: 'BMEW',
}

export interface LabeledCase {
  readonly gold: string[][]
  readonly predicted: string[][]
}

/** Gold and predicted tags of a few sentences, including ill-formed tags and empty sides. */
export function drawCase(seed: number, scheme: Scheme): LabeledCase {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % n
  }
  const types = ORACLE_TYPES.slice(0, 2 + below(3))
  const agreement = 3 + below(7)
  const prefixes = PREFIXES[scheme]
  const draw = (previous: string) => {
    if (below(2) === 0) return 'O'
    if (previous !== 'O' && below(3) > 0) return prefixes[1 + below(prefixes.length - 1)] + previous.slice(1)
    const drawn = `${prefixes[below(prefixes.length)]}-${types[below(types.length)]}`
    const superfluous = scheme === 'IOB1' && drawn[0] === 'B' && drawn.slice(1) !== previous.slice(1)
    return superfluous ? `I${drawn.slice(1)}` : drawn
  }
  const gold: string[][] = []
  const predicted: string[][] = []
  const sentences = 1 + below(5)
  for (let s = 0; s < sentences; s++) {
    const length = 1 + below(12)
    const goldTags: string[] = []
    const predictedTags: string[] = []
    for (let i = 0; i < length; i++) {
      goldTags.push(draw(goldTags.at(-1) ?? 'O'))
      const agrees = below(10) < agreement
      predictedTags.push(agrees ? goldTags[i] : draw(predictedTags.at(-1) ?? 'O'))
    }
    const outside = goldTags.map(() => 'O')
    gold.push(seed % 50 === 1 ? outside : goldTags)
    const kept = scheme === 'IOB1' ? withoutSuperfluousBegins(predictedTags) : predictedTags
    predicted.push(seed % 50 === 2 ? outside : kept)
  }
  return { gold, predicted }
}

function withoutSuperfluousBegins(tags: readonly string[]): string[] {
  return tags.map((tag, i) => {
    const previous = i === 0 ? 'O' : tags[i - 1]
    return tag[0] === 'B' && tag.slice(1) !== previous.slice(1) ? `I${tag.slice(1)}` : tag
  })
}

/** CRC-32 of labels, to prove that both generators drew the same. */
export function checksum(cases: Iterable<LabeledCase>): number {
  let crc = ~0
  for (const { gold, predicted } of cases)
    for (const side of [gold, predicted])
      for (const character of side.map(tags => tags.join(' ')).join('\n')) {
        crc ^= character.charCodeAt(0)
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
      }
  return ~crc >>> 0
}
