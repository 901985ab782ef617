import { EncodeError } from '../encode-error.js'
import type { WordVectors } from '../word-vectors.js'
import { parseDecimal } from './parse-decimal.js'

/** Which of a file's vectors are kept, and how wide they must be. */
export interface CollectOptions {
  /** Words to keep wherever they stand (see `wantedForms`). */
  readonly keep?: ReadonlySet<string>
  /** Keeps the first so many vectors of the file as well. Default: all, or none beside `keep`. */
  readonly first?: number
  /** Numbers a word must have; default: whatever the file has. */
  readonly dim?: number
}

export interface ReadVectors extends WordVectors {
  /** Vectors in the file, kept or not. */
  readonly words: number
  /** Vectors of a word that was there before (the first one counts), among those kept. */
  readonly duplicates: number
  /** Entries that hold a space, as some GloVe files do: no token is ever one of them. */
  readonly withSpaces: number
}

/** Numbers that room is made for on a file's word: 1 GiB. */
const AT_ONCE = 2 ** 28

/** Words and rows of a file as a reader comes upon them. Its memory grows with what is kept only. */
export class VectorCollector {
  dim: number | undefined
  /** Vectors seen. */
  words = 0
  withSpaces = 0
  private duplicates = 0
  private readonly rows = new Map<string, number>()
  private matrix = new Float32Array(0)
  private readonly first: number
  /** Rows that there can be at most. */
  private most = Number.POSITIVE_INFINITY

  constructor(
    readonly path: string,
    private readonly options: CollectOptions,
  ) {
    this.first = options.first ?? (options.keep ? 0 : Number.POSITIVE_INFINITY)
  }

  get wantedDim(): number | undefined {
    return this.options.dim
  }

  /** @param where file:line, for messages */
  setDim(dim: number, where: string): void {
    const wanted = this.options.dim
    if (dim < 1)
      throw vectorFault(
        where,
        'a word and its numbers, separated by spaces',
        'a word alone',
        'give a file of word vectors',
      )
    if (wanted !== undefined && wanted !== dim)
      throw vectorFault(
        where,
        `vectors of ${wanted} numbers`,
        `${dim}`,
        `set the dimension of words (input.words.dim) to ${dim}, or give other vectors`,
      )
    this.dim = dim
  }

  /** Says how many vectors the file has, so that no more room is made than they need. */
  expect(words: number): void {
    this.most = Math.min(words, this.first + (this.options.keep?.size ?? 0))
  }

  /** Counts the next vector. @returns the row to fill in `matrix`, as it starts there, where the word is kept */
  take(word: string): Float32Array | undefined {
    const index = this.words++
    if (index >= this.first && !this.options.keep?.has(word)) return undefined
    if (this.rows.has(word)) {
      this.duplicates++
      return undefined
    }
    const dim = this.dim ?? 0
    const row = this.rows.size
    this.rows.set(word, row)
    this.reserve((row + 1) * dim)
    return this.matrix.subarray(row * dim, (row + 1) * dim)
  }

  /** Whether a vector at this place is kept whatever its word is. */
  get keepsNext(): boolean {
    return this.words < this.first
  }

  result(): ReadVectors {
    const { path, words, dim, matrix, rows, duplicates, withSpaces } = this
    if (dim === undefined || words === 0)
      throw vectorFault(
        path,
        'a word and its numbers on each line',
        'an empty file',
        'give a file of word vectors',
      )
    const length = rows.size * dim
    const tight = length * 1.25 > matrix.length ? matrix.subarray(0, length) : matrix.slice(0, length)
    return { dim, rows, matrix: tight, words, duplicates, withSpaces }
  }

  private reserve(length: number): void {
    if (length <= this.matrix.length) return
    const all = this.most * (this.dim ?? 0)
    // Memory that is not written to costs nothing yet, so that a count can be trusted that far.
    // A file may hold more than it says, which is told at its end.
    const grown = all <= AT_ONCE && length <= all ? all : Math.max(2 * this.matrix.length, 65536)
    const wider = new Float32Array(Math.max(length, grown))
    wider.set(this.matrix)
    this.matrix = wider
  }
}

/**
 * Reads the numbers of one vector, separated by runs of spaces, tabs or commas, into `row`.
 *
 * @param where file:line, for messages
 * @returns where the last of them ends
 */
export function parseNumbers(
  bytes: Buffer,
  range: { readonly from: number; readonly to: number },
  row: Float32Array,
  name: { readonly where: string; readonly word: string },
): number {
  let at = range.from
  for (let d = 0; d < row.length; d++) {
    while (at < range.to && IS_BETWEEN[bytes[at]] === 1) at++
    let end = at
    while (end < range.to && IS_BETWEEN[bytes[end]] === 0) end++
    const value = parseDecimal(bytes, at, end)
    if (!Number.isFinite(value)) {
      const got = end > at ? `"${bytes.toString('utf8', at, Math.min(end, at + 40))}"` : 'nothing'
      throw vectorFault(name.where, `a number for "${name.word}"`, got, 'mend or remove the vector')
    }
    row[d] = value
    at = end
  }
  return at
}

/** By byte: 1 for what stands between numbers. */
const IS_BETWEEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  ' \t,\n\r'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

export function vectorFault(where: string, expected: string, got: string, remedy: string): EncodeError {
  return new EncodeError('encode/vectors', { where, expected, got, remedy })
}
