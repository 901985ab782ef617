/**
 * Where names may stand: runs of words with capitals, as in Collins & Singer 1999, whose runs were of proper nouns. Small words
 * such as "of" may be inside. In a sentence without small letters, such as a headline, each word is a run of its own. A title
 * before a name is none of it, and the first word of a sentence is none that the text otherwise has in lower case.
 */

export interface Candidate {
  readonly start: number
  readonly end: number
  /** Whether the sentence has no small letters, so that capitals say nothing. */
  readonly isShouted: boolean
}

export interface CandidateRules {
  /** Words before names that are none of them, in lower case. */
  readonly titles: ReadonlySet<string>
  /** Small words that may be inside a name. */
  readonly inside: ReadonlySet<string>
  /** In lower case: words that begin a sentence with a capital though they are none of a name. */
  readonly common: ReadonlySet<string>
}

/** A longer run is no name. */
const LONGEST = 8

export function candidatesOf(tokens: readonly string[], rules: CandidateRules): Candidate[] {
  if (!tokens.some(token => /\p{Ll}/u.test(token)))
    return tokens.flatMap((token, start) =>
      isCapital(token) ? [{ start, end: start + 1, isShouted: true }] : [],
    )
  const found: Candidate[] = []
  for (let at = 0; at < tokens.length; ) {
    if (!isCapital(tokens[at])) {
      at++
      continue
    }
    const end = endOf(tokens, at, rules)
    let start = at
    while (start < end && isLeftOut(tokens, start, rules)) start++
    // What is left may begin with "of".
    while (start < end && !isCapital(tokens[start])) start++
    if (start < end && end - start <= LONGEST) found.push({ start, end, isShouted: false })
    at = end
  }
  return found
}

function endOf(tokens: readonly string[], from: number, { inside }: CandidateRules): number {
  let end = from + 1
  for (;;) {
    if (end < tokens.length && isCapital(tokens[end])) end++
    else if (end + 1 < tokens.length && inside.has(tokens[end]) && isCapital(tokens[end + 1])) end += 2
    else return end
  }
}

/** Whether a word at the beginning of a run is not of the name. */
function isLeftOut(tokens: readonly string[], at: number, { titles, common }: CandidateRules): boolean {
  const lower = tokens[at].toLowerCase()
  return titles.has(lower) || (isSentenceStart(tokens, at) && common.has(lower))
}

function isSentenceStart(tokens: readonly string[], at: number): boolean {
  return tokens.slice(0, at).every(token => !/[\p{L}\p{N}]/u.test(token))
}

/** Whether a word begins with a capital, maybe behind other characters. */
export function isCapital(token: string): boolean {
  return /^[^\p{L}\p{N}]*\p{Lu}/u.test(token)
}

/**
 * Words that are as often in lower case as they have a capital within a sentence.
 * @returns in lower case, by code point
 */
export function commonWords(sentences: Iterable<readonly string[]>): string[] {
  const counts = new Map<string, number>()
  for (const tokens of sentences) {
    if (!tokens.some(token => /\p{Ll}/u.test(token))) continue
    for (const [at, token] of tokens.entries()) {
      const isLower = /^\p{Ll}/u.test(token)
      if (!isLower && !(isCapital(token) && !isSentenceStart(tokens, at))) continue
      const lower = token.toLowerCase()
      counts.set(lower, (counts.get(lower) ?? 0) + (isLower ? 1 : -1))
    }
  }
  return [...counts].flatMap(([word, count]) => (count >= 0 ? [word] : [])).sort()
}
