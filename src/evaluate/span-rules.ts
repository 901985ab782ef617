import { endOfChunk, startOfChunk } from '../tags/conlleval-chunks.js'
import { strictStep } from '../tags/decode-spans.js'
import { endsEntity, startsEntity } from '../tags/lenient-spans.js'
import type { Prefix, Scheme } from '../tags/scheme.js'
import type { ScoreMode } from './scores.js'

export const LETTERS: readonly (Prefix | 'O')[] = ['O', 'B', 'I', 'E', 'S', 'L', 'U']
/** What a rule says between two tags: close the open entity and keep it, or drop it; open one. */
export const START = 1
export const END = 2
export const DROP = 4

/**
 * How entities are read, as one byte for each (previous letter, next letter, same type): index (p · 7 + n) · 2 + same.
 * In mode `conlleval` a scheme of IOBES or BILOU, if stated, has its single and last tags read as they are meant,
 * which is what conlleval.pl prints after a conversion to BIO; without it the script's own rules hold.
 */
export function spanRules(mode: ScoreMode, scheme?: Scheme): Uint8Array {
  const rules = new Uint8Array(98)
  const singles = scheme === 'IOBES' || scheme === 'BILOU'
  LETTERS.forEach((previous, p) => {
    LETTERS.forEach((next, n) => {
      for (const same of [false, true]) {
        const index = (p * 7 + n) * 2 + (same ? 1 : 0)
        if (mode === 'strict') rules[index] = strictRule(requireScheme(scheme), previous, next, same)
        else {
          const starts = (singles ? startsEntity : startOfChunk)(previous, next, same)
          const ends = (singles ? endsEntity : endOfChunk)(previous, next, same)
          rules[index] = (starts ? START : 0) | (ends ? END : 0)
        }
      }
    })
  })
  return rules
}

function strictRule(scheme: Scheme, previous: Prefix | 'O', next: Prefix | 'O', same: boolean): number {
  const { open, starts } = strictStep(scheme, previous, next, same)
  return (starts ? START : 0) | (open === 'ends' ? END : open === 'drop' ? DROP : 0)
}

function requireScheme(scheme: Scheme | undefined): Scheme {
  if (scheme === undefined) throw new TypeError('mode strict needs a scheme')
  return scheme
}
