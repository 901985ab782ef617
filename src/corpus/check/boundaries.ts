import type { TokenSpan } from '../../tags/span.js'
import type { CheckContext, CheckKind } from './check.js'
import { info } from './finding.js'

/** An entity with more tokens is unusually long. */
const LONG = 12

const LONG_ENTITIES = info(
  'long-entities',
  `entities are longer than ${LONG} tokens (or ${2 * LONG} characters of scripts without spaces)`,
  'long titles are fine; otherwise check for a missing O or B- tag',
)
const PUNCTUATED = info(
  'entity-punctuation',
  'entities begin or end with punctuation',
  'leave it out of the entity, or include it everywhere',
)

/** Entities that are very long, and those with punctuation at their edges. */
export const boundaries: CheckKind = {
  finds: [LONG_ENTITIES, PUNCTUATED],
  create: ({ log }: CheckContext) => ({
    add({ tokens, spans, at }) {
      for (const span of spans) {
        const { start, end, type } = span
        const mention = () => tokens.slice(start, end).join(' ')
        if (end - start > LONG && lengthOf(tokens, span) > LONG)
          log.add(LONG_ENTITIES, at(start), `${type}, ${end - start} tokens: ${mention()}`)
        const side = oddBoundary(tokens, span)
        if (side)
          log.add(PUNCTUATED, at(start), `${type} ${side === 'start' ? 'begins' : 'ends'}: ${mention()}`)
      }
    },
  }),
}

const PUNCTUATION = /^[\p{P}\p{S}]+$/u
/** Fine at the end of an entity (`Inc .`, `Yahoo !`), or at its start (`$ 5`, `# 1`, `@ home`). */
const FAIR_END = /^(?:\.|!|%|\+|\p{Sc})$/u
const FAIR_START = /^(?:[#@.]|\p{Sc}|['’])$/u
const PAIRS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '``': "''",
  '“': '”',
  '‘': '’',
  '«': '»',
  '(': ')',
  '[': ']',
}

/** Which side of an entity is punctuation that probably does not belong to it. A whole entity in quotes or brackets is fine. */
function oddBoundary(tokens: readonly string[], { start, end }: TokenSpan): 'start' | 'end' | undefined {
  const first = tokens[start]
  const last = tokens[end - 1]
  if (end - start > 1 && PAIRS[first] === last) return undefined
  if (end - start === 1) return PUNCTUATION.test(first) && !FAIR_END.test(first) ? 'start' : undefined
  if (PUNCTUATION.test(first) && !FAIR_START.test(first) && !closesLater(tokens, start, end)) return 'start'
  if (PUNCTUATION.test(last) && !FAIR_END.test(last) && !opensBefore(tokens, start, end)) return 'end'
  return undefined
}

/** Whether the bracket or quote at the start is closed inside of the entity: `" The Times " newspaper`. */
function closesLater(tokens: readonly string[], start: number, end: number): boolean {
  const closing = PAIRS[tokens[start]]
  return closing !== undefined && tokens.slice(start + 1, end).includes(closing)
}

function opensBefore(tokens: readonly string[], start: number, end: number): boolean {
  const last = tokens[end - 1]
  return tokens.slice(start, end - 1).some(token => PAIRS[token] === last)
}

const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u

/** In tokens; two single characters of scripts without spaces are about a word. */
function lengthOf(tokens: readonly string[], { start, end }: TokenSpan): number {
  const characters = tokens.slice(start, end).filter(token => UNSPACED.test(token)).length
  return end - start - characters / 2
}
