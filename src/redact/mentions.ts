import type { TextRange, TextToken } from '../text/token.js'
import { isPerson } from './policies.js'
import type { TypedRange } from './typed-range.js'

/** What counts as a further mention: nothing, the whole name, or also a single word of a person's name. */
export const MENTIONS = ['none', 'same', 'parts'] as const
export type Mentions = (typeof MENTIONS)[number]

/** Tokens of a name that is looked for: a longer one is a passage, and not said again. */
const MOST_TOKENS = 20
const SEPARATOR = '\u0000'

/** A name that is looked for, by its first token and the number of its tokens. */
type Names = Map<string, Map<number, Map<string, string>>>

/**
 * Further mentions of names that were found: the same tokens elsewhere in the text, in the same case, whatever white space is
 * between them. Of mentions that begin at a token, the longest counts. What overlaps an entity is left out. Addresses and numbers
 * are also found inside a longer word.
 *
 * @param tokens of the text, in order
 * @param entities what was found in it; further mentions are looked for of those in `names`
 * @returns with the types of the names
 */
export function furtherMentions(
  text: string,
  tokens: readonly TextToken[],
  {
    names: known,
    entities,
  }: { readonly names: readonly TypedRange[]; readonly entities: readonly TypedRange[] },
  mentions: Exclude<Mentions, 'none'>,
): TypedRange[] {
  const covered = coverage(tokens, entities)
  const names = namesOf(text, tokens, known, mentions)
  const found: TypedRange[] = []
  for (let first = 0; first < tokens.length; first++) {
    const lengths = covered[first] === 1 ? undefined : names.get(tokens[first].text)
    for (const [length, byText] of lengths ?? []) {
      const last = first + length
      if (last > tokens.length || covered.subarray(first, last).includes(1)) continue
      const type = byText.get(keyOf(tokens, first, last))
      if (type === undefined) continue
      found.push({ start: tokens[first].start, end: tokens[last - 1].end, type })
      first = last - 1
      break
    }
  }
  return [...found, ...literalMentions(text, known)]
}

/** Characters of the beginning that texts are looked up by; shorter ones are not looked for. */
const BEGINNING = 6
const LONGEST = 256

/**
 * Where addresses, numbers and codes stand again, also inside a longer word: they are said in no other sense. They may overlap
 * entities. At each place one text of each length is looked up, so that the time is linear in the text.
 */
function literalMentions(text: string, entities: readonly TypedRange[]): TypedRange[] {
  const known = new Map<string, Map<number, Map<string, string>>>()
  for (const { start, end, type } of entities) {
    const own = text.slice(start, end)
    if (own.length < BEGINNING || own.length > LONGEST || !/[\p{N}@]/u.test(own)) continue
    const beginning = own.slice(0, BEGINNING)
    const lengths = known.get(beginning) ?? new Map<number, Map<string, string>>()
    known.set(beginning, lengths)
    const byText = lengths.get(own.length) ?? new Map<string, string>()
    lengths.set(own.length, byText)
    if (!byText.has(own)) byText.set(own, type)
  }
  const found: TypedRange[] = []
  for (let start = 0; known.size > 0 && start + BEGINNING <= text.length; start++)
    for (const [length, byText] of known.get(text.slice(start, start + BEGINNING)) ?? []) {
      const type = byText.get(text.slice(start, start + length))
      if (type !== undefined) found.push({ start, end: start + length, type })
    }
  return found
}

/** The names that are looked for, the longest first. */
function namesOf(
  text: string,
  tokens: readonly TextToken[],
  entities: readonly TypedRange[],
  mentions: Mentions,
): Names {
  const names: Names = new Map()
  const add = (first: number, last: number, type: string) => {
    const start = tokens[first].text
    const lengths = names.get(start) ?? new Map<number, Map<string, string>>()
    names.set(start, lengths)
    const byText = lengths.get(last - first) ?? new Map<string, string>()
    lengths.set(last - first, byText)
    const key = keyOf(tokens, first, last)
    if (!byText.has(key)) byText.set(key, type)
  }
  let from = 0
  for (const { start, end, type } of [...entities].sort((a, b) => a.start - b.start)) {
    while (from < tokens.length && tokens[from].end <= start) from++
    let to = from
    while (to < tokens.length && tokens[to].end <= end && to - from <= MOST_TOKENS) to++
    // One that begins or ends inside a token is not said in tokens.
    if (to === from || to - from > MOST_TOKENS) continue
    if (tokens[from].start !== start || tokens[to - 1].end !== end) continue
    if (isName(text.slice(start, end))) add(from, to, type)
    if (mentions === 'parts' && isPerson(type) && to - from > 1)
      for (let t = from; t < to; t++) if (isNamePart(tokens[t].text)) add(t, t + 1, type)
  }
  for (const [start, lengths] of names) names.set(start, new Map([...lengths].sort(([a], [b]) => b - a)))
  return names
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
