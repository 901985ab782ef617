// Few-NERD marks 53 of its 66 types. Where a capitalized word has no mark, it may be a name of another type.

const CAPITALIZED = /^\p{Lu}/u
const KNOWN =
  /^(January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|The|A|An|In|On|At|It|Its|He|She|His|Her|They|Their|This|These|That|After|Before|When|While|As|For|From|With|By|But|And|However|I|We|You)$/

/**
 * @returns half-open ranges of tokens whose labels are known, or `undefined` if all are
 */
export function knownRanges({ tokens, tags, isSure = true }) {
  if (isSure) return undefined
  const ranges = []
  for (const [i, token] of tokens.entries()) {
    const isKnown = tags[i] !== 'O' || !CAPITALIZED.test(token) || KNOWN.test(token)
    if (!isKnown) continue
    const last = ranges.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else ranges.push([i, i + 1])
  }
  return ranges
}
