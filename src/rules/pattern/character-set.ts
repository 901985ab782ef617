/** Half-open ranges of code points, in order: `[from, to, from, to …]`. */
export type CodeRanges = readonly number[]

const SURROGATES = [0xd800, 0xe000] as const
const MOST_REMEMBERED = 1000
const remembered = new Map<string, CodeRanges>()

/**
 * The code points that a set of a regular expression matches. The JavaScript engine itself says which: it knows Unicode's
 * properties and how cases fold.
 *
 * @param source as it is written: `\d`, `[a-z]`, `\p{Lu}`, `x`
 * @example
 * codeRangesOf('[a-c]', false) // [97, 100]
 */
export function codeRangesOf(source: string, ignoreCase: boolean): CodeRanges {
  const key = `${ignoreCase}${source}`
  const known = remembered.get(key)
  if (known) return known
  const ranges = findRanges(source, ignoreCase)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(key, ranges)
  return ranges
}

function findRanges(source: string, ignoreCase: boolean): CodeRanges {
  const plain = /^\\?([^\p{L}\p{N}\\[.]|\p{L}|\p{N})$/u.exec(source)
  // An escaped letter or digit means something else.
  if (plain && !ignoreCase && (plain[0] === plain[1] || /[^\p{L}\p{N}]/u.test(plain[1]))) {
    const code = plain[1].codePointAt(0) ?? 0
    return [code, code + 1]
  }
  const flags = ignoreCase ? 'iu' : 'u'
  const ranges: number[] = []
  const found = new RegExp(`(?:${source})+`, `${flags}g`)
  const add = (from: number, to: number) => {
    if (ranges.at(-1) === from) ranges[ranges.length - 1] = to
    else ranges.push(from, to)
  }
  for (const [first, last, text] of everyCharacter()) {
    if (first === SURROGATES[0]) {
      if (new RegExp(`^(?:${source})$`, flags).test(text)) add(first, last)
      continue
    }
    const width = first > 0xffff ? 2 : 1
    for (const { index, 0: own } of text.matchAll(found))
      add(first + index / width, first + (index + own.length) / width)
  }
  return ranges
}

let characters: (readonly [first: number, last: number, text: string])[] | undefined

/** Every code point in order; of the surrogates, which are none by themselves, the first stands for all. */
function everyCharacter() {
  characters ??= [
    [0, SURROGATES[0], textOf(0, SURROGATES[0])],
    [...SURROGATES, '\ud800'],
    [SURROGATES[1], 0x10000, textOf(SURROGATES[1], 0x10000)],
    [0x10000, 0x110000, textOf(0x10000, 0x110000)],
  ]
  return characters
}

function textOf(first: number, last: number): string {
  const parts: string[] = []
  for (let from = first; from < last; from += 4096) {
    const codes = Array.from({ length: Math.min(4096, last - from) }, (_, i) => from + i)
    parts.push(String.fromCodePoint(...codes))
  }
  return parts.join('')
}
