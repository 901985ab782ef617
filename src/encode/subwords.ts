/**
 * The runs of characters of a word and the numbers that fastText gives them (Bojanowski et al. 2017): FNV-1a over their
 * UTF-8 bytes, taken as signed, modulo the number of buckets.
 */

export interface SubwordScheme {
  /** Characters of the shortest and the longest run; `<` and `>` around the word count too. */
  readonly shortest: number
  readonly longest: number
  readonly buckets: number
}

/** A word of more characters (UTF-16 code units) is not made of its runs: a link would have thousands. */
const LONGEST_WORD = 64
/** The most runs that a model has vectors of. */
export const MOST_RUNS = 2_000_000

const encoder = new TextEncoder()

/**
 * What finds the rows of a word's runs in a table, in fastText's order; one may occur twice, and those that the table lacks are left
 * out.
 * @param buckets of each row
 */
export function subwordRows(scheme: SubwordScheme, buckets: Iterable<number>): (word: string) => number[] {
  const rows = new Map(Array.from(buckets, (bucket, row) => [bucket, row]))
  return word =>
    word.length > LONGEST_WORD ? [] : subwordBuckets(word, scheme).flatMap(bucket => rows.get(bucket) ?? [])
}

/**
 * The buckets of a word's runs, in fastText's order; one may occur twice.
 * @example
 * subwordBuckets('of', { shortest: 3, longest: 3, buckets: 2_000_000 }).length // 2: <of and of>
 */
export function subwordBuckets(word: string, { shortest, longest, buckets }: SubwordScheme): number[] {
  const bytes = encoder.encode(`<${word}>`)
  const found: number[] = []
  for (let start = 0; start < bytes.length; start++) {
    if (isInside(bytes[start])) continue
    let hash = 2166136261
    let at = start
    for (let length = 1; length <= longest && at < bytes.length; length++) {
      do {
        // A signed byte is extended to 32 bits, as fastText's published models have it.
        hash = Math.imul(hash ^ ((bytes[at] << 24) >> 24), 16777619)
        at++
      } while (at < bytes.length && isInside(bytes[at]))
      const isEdge = length === 1 && (start === 0 || at === bytes.length)
      if (length >= shortest && !isEdge) found.push((hash >>> 0) % buckets)
    }
  }
  return found
}

/** Whether a byte of UTF-8 goes on with a character. */
function isInside(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
