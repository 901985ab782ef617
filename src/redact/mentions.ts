import type { TextRange, TextToken } from '../text/token.js'
import { isPerson } from './policies.js'
import type { TypedRange } from './typed-range.js'

/** What counts as a further mention: nothing, the whole name, or also a single word of a person's name. */
export const MENTIONS = ['none', 'same', 'parts'] as const
export type Mentions = (typeof MENTIONS)[number]

/** Tokens of a name that is looked for: a longer one is a passage, and not said again. */
const MOST_TOKENS = 20
const SEPARATOR = '\u0000'

/** Characters of the beginning that addresses and numbers are looked up by; shorter ones are not looked for. */
const BEGINNING = 6
const LONGEST = 256

/** Types by text, by length, by beginning: at each place, one text of each length is looked up, so that the time is linear. */
type Lookup = Map<string, Map<number, Map<string, string>>>

/** The names that were found in a document, and where they stand again in it. */
export class KnownNames {
  private readonly names: Lookup = new Map()
  private readonly literals: Lookup = new Map()

  constructor(private readonly mentions: Exclude<Mentions, 'none'>) {}

  /** @param tokens of a text of the document, in order @param entities what was found in it, and may stand again */
  add(text: string, tokens: readonly TextToken[], entities: readonly TypedRange[]): void {
    let from = 0
    for (const { start, end, type } of [...entities].sort((a, b) => a.start - b.start)) {
      const own = text.slice(start, end)
      if (own.length >= BEGINNING && own.length <= LONGEST && /[\p{N}@]/u.test(own))
        put(this.literals, own.slice(0, BEGINNING), own.length, own, type)
      while (from < tokens.length && tokens[from].end <= start) from++
      let to = from
      while (to < tokens.length && tokens[to].end <= end && to - from <= MOST_TOKENS) to++
      // One that begins or ends inside a token is not said in tokens.
      if (to === from || to - from > MOST_TOKENS) continue
      if (tokens[from].start !== start || tokens[to - 1].end !== end) continue
      if (isName(own)) put(this.names, tokens[from].text, to - from, keyOf(tokens, from, to), type)
      if (this.mentions !== 'parts' || !isPerson(type) || to - from === 1) continue
      for (let t = from; t < to; t++)
        if (isNamePart(tokens[t].text)) put(this.names, tokens[t].text, 1, tokens[t].text, type)
    }
  }

  /**
   * Further mentions in a text of the document: the same tokens, in the same case, whatever white space is between them. Of mentions
   * that begin at a token, the longest counts, and what overlaps an entity is left out. Addresses and numbers are also found inside a
   * longer word, and over entities: they are said in no other sense.
   * @param entities what was found in the text
   * @returns with the types of the names, in any order
   */
  in(text: string, tokens: readonly TextToken[], entities: readonly TypedRange[]): TypedRange[] {
    const covered = coverage(tokens, entities)
    const found: TypedRange[] = []
    for (let first = 0; first < tokens.length; first++) {
      const lengths = covered[first] === 1 ? undefined : this.names.get(tokens[first].text)
      for (const [length, byText] of longestFirst(lengths)) {
        const last = first + length
        if (last > tokens.length || covered.subarray(first, last).includes(1)) continue
        const type = byText.get(keyOf(tokens, first, last))
        if (type === undefined) continue
        found.push({ start: tokens[first].start, end: tokens[last - 1].end, type })
        first = last - 1
        break
      }
    }
    return [...found, ...this.literalsIn(text)]
  }

  private literalsIn(text: string): TypedRange[] {
    const found: TypedRange[] = []
    for (let start = 0; this.literals.size > 0 && start + BEGINNING <= text.length; start++)
      for (const [length, byText] of this.literals.get(text.slice(start, start + BEGINNING)) ?? []) {
        const type = byText.get(text.slice(start, start + length))
        if (type !== undefined) found.push({ start, end: start + length, type })
      }
    return found
  }
}

function put(lookup: Lookup, beginning: string, length: number, text: string, type: string): void {
  const lengths = lookup.get(beginning) ?? new Map<number, Map<string, string>>()
  lookup.set(beginning, lengths)
  const byText = lengths.get(length) ?? new Map<string, string>()
  lengths.set(length, byText)
  if (!byText.has(text)) byText.set(text, type)
}

function longestFirst<Value>(
  lengths: ReadonlyMap<number, Value> | undefined,
): readonly (readonly [number, Value])[] {
  if (!lengths || lengths.size < 2) return [...(lengths ?? [])]
  return [...lengths].sort(([a], [b]) => b - a)
}

/** A text that is hardly anything but a name, wherever it stands: not "today", "5" or "May". */
function isName(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  return (
    letters >= 2 && (/\p{Lu}|\p{Lt}|\p{Lo}|\p{N}/u.test(text) || /[@.:/]/.test(text)) && !COMMON.has(text)
  )
}

function isNamePart(text: string): boolean {
  return /^[\p{Lu}\p{Lt}\p{Lo}]/u.test(text) && (text.match(/\p{L}/gu)?.length ?? 0) >= 3 && !COMMON.has(text)
}

/** Words that are names, and often something else. */
const COMMON: ReadonlySet<string> = new Set(
  'The A An In On At It He She We You They This That May Will Mark Bill Art Grant Rich Sue Pat Rob Chase Dawn Hope Faith Joy Grace Rose June April August Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March July September October November December Mr Mrs Ms Dr'.split(
    ' ',
  ),
)

function keyOf(tokens: readonly TextToken[], first: number, last: number): string {
  return tokens
    .slice(first, last)
    .map(({ text }) => text)
    .join(SEPARATOR)
}

/** Which tokens an entity touches. */
function coverage(tokens: readonly TextRange[], entities: readonly TypedRange[]): Uint8Array {
  const covered = new Uint8Array(tokens.length)
  let [from, next, reach] = [0, 0, 0]
  for (const { start, end } of [...entities].sort((a, b) => a.start - b.start)) {
    if (end <= reach) continue
    while (from < tokens.length && tokens[from].end <= start) from++
    next = Math.max(next, from)
    for (; next < tokens.length && tokens[next].start < end; next++) covered[next] = 1
    reach = end
  }
  return covered
}
