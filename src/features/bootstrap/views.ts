/** The two views of a candidate (Collins & Singer 1999, §2.2): how it is spelled, and what stands around it. */
import { zeroDigits } from '../../text/normalize.js'
import type { Candidate } from './candidates.js'
import { folded, type Seed } from './seeds.js'

export interface Views {
  readonly spelling: readonly string[]
  readonly context: readonly string[]
}

export function viewsOf(tokens: readonly string[], candidate: Candidate): Views {
  return { spelling: spellingOf(tokens, candidate), context: contextOf(tokens, candidate) }
}

/** The feature of a spelling that a seed speaks of. */
export function seedFeature({ kind, text }: Seed): string {
  return `${kind === 'is' ? 'is' : 'has'}=${folded(text)}`
}

function spellingOf(tokens: readonly string[], { start, end, isShouted }: Candidate): string[] {
  const words = tokens.slice(start, end)
  const lower = words.map(word => word.toLowerCase())
  const whole = words.join(' ')
  const last = lower[lower.length - 1]
  const features = [`is=${lower.join(' ')}`]
  if (words.length > 1) {
    features.push(...lower.map(word => `has=${word}`), `first=${lower[0]}`, `last=${last}`)
  } else {
    features.push(`has=${last}`)
    if (last.length > 5) features.push(`end=${last.slice(-3)}`)
    if (!isShouted && /^\p{Lu}+$/u.test(whole)) features.push('caps')
    if (/^(?:\p{Lu}\.)+\p{Lu}?$/u.test(whole)) features.push('caps with periods')
  }
  const others = whole.replace(/[\p{L} ]/gu, '')
  if (others !== '') features.push(`signs=${zeroDigits(others)}`)
  return [...new Set(features)]
}

function contextOf(tokens: readonly string[], { start, end, isShouted }: Candidate): string[] {
  // Around a word of a headline, other words of headlines stand.
  if (isShouted) return []
  const at = (place: number) => (tokens[place] === undefined ? '<>' : zeroDigits(tokens[place].toLowerCase()))
  const [before, after] = [at(start - 1), at(end)]
  return [
    `left=${before}`,
    `right=${after}`,
    `left=${at(start - 2)} ${before}`,
    `right=${after} ${at(end + 1)}`,
    `around=${before} _ ${after}`,
  ]
}
