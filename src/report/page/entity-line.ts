import type { PredictedSpan } from '../../evaluate/scored-sentence.js'
import { isSameSpan } from '../../evaluate/scored-sentence.js'
import type { TokenSpan } from '../../tags/span.js'
import { type Html, html } from '../html.js'

/** Gives every type one of the ten colors, the most frequent types first. */
export function typeColors(types: readonly string[]): (type: string) => string {
  const places = new Map(types.map((type, i) => [type, i]))
  return type => `var(--c${(places.get(type) ?? 9) % 10})`
}

/**
 * A sentence's tokens with one side's entities marked.
 * @param others the other side's entities: those that it lacks are outlined, with `sign` after the type
 */
export function entityLine(
  tokens: readonly string[],
  spans: readonly PredictedSpan[],
  others: readonly TokenSpan[],
  { colorOf, flaw, sign }: EntityLineOptions,
): Html {
  const pieces: Html[] = []
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at) continue
    pieces.push(html`${tokens.slice(at, span.start).join(' ')}${at < span.start ? ' ' : ''}`)
    const shared = others.some(other => isSameSpan(other, span))
    const score = span.score === undefined ? '' : ` ${span.score.toFixed(2)}`
    pieces.push(
      html`<mark style="--t:${colorOf(span.type)}"${shared ? html`` : html` class="${flaw}"`}>${tokens.slice(span.start, span.end).join(' ')}<small>${span.type}${score}${shared ? '' : ` ${sign}`}</small></mark>${span.end < tokens.length ? ' ' : ''}`,
    )
    at = span.end
  }
  return html`${pieces}${tokens.slice(at).join(' ')}`
}

export interface EntityLineOptions {
  readonly colorOf: (type: string) => string
  readonly flaw: 'wrong' | 'missed'
  readonly sign: string
}

export const GOLD_LINE = { flaw: 'missed', sign: '(not found)' } as const
export const PREDICTED_LINE = { flaw: 'wrong', sign: '✗' } as const
