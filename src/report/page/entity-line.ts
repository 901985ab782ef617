import type { PredictedSpan } from '../../evaluate/scored-sentence.js'
import { isSameSpan } from '../../evaluate/scored-sentence.js'
import type { TokenSpan } from '../../tags/span.js'
import { type Html, html } from '../html.js'
import { wholePercent } from '../percent.js'
import type { ShownTokens } from '../report-data.js'

/** Gives every type one of the ten colors, the most frequent types first. */
export function typeColors(types: readonly string[]): (type: string) => string {
  const places = new Map(types.map((type, i) => [type, i]))
  return type => `var(--c${(places.get(type) ?? 9) % 10})`
}

/**
 * A sentence's text with one side's entities marked.
 * @param others the other side's entities: those that it lacks are marked with `flaw`, and with a sign after the type
 */
export function entityLine(
  shown: ShownTokens,
  spans: readonly PredictedSpan[],
  others: readonly TokenSpan[],
  { colorOf, flaw, sign }: EntityLineOptions,
): Html {
  const pieces: Html[] = []
  const { length } = shown.tokens
  const isTight = new Set(shown.tight)
  const gap = (token: number) => (token > 0 && token < length && !isTight.has(token) ? ' ' : '')
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at) continue
    pieces.push(html`${shownText(shown, at, span.start)}${at < span.start ? gap(span.start) : ''}`)
    const shared = others.some(other => isSameSpan(other, span))
    const score = span.score === undefined ? '' : ` ${wholePercent(span.score)}`
    pieces.push(
      html`<mark style="--t:${colorOf(span.type)}"${shared ? html`` : html` class="${flaw}"`}><bdi>${shownText(shown, span.start, span.end)}</bdi><small${shared ? html`` : html` data-flaw="${sign}"`}><bdi>${span.type}${score}</bdi></small></mark>${gap(span.end)}`,
    )
    at = span.end
  }
  return html`${pieces}${shownText(shown, at, length)}`
}

/** Tokens as the text that they stand in, from token `start` up to token `end`. */
export function shownText({ tokens, tight }: ShownTokens, start = 0, end: number = tokens.length): string {
  const isTight = new Set(tight)
  return tokens
    .slice(start, end)
    .map((token, i) => (i === 0 || isTight.has(start + i) ? token : ` ${token}`))
    .join('')
}

export interface EntityLineOptions {
  readonly colorOf: (type: string) => string
  readonly flaw: 'wrong' | 'missed'
  readonly sign: string
}

export const GOLD_LINE = { flaw: 'missed', sign: 'not found' } as const
export const PREDICTED_LINE = { flaw: 'wrong', sign: 'wrong' } as const
