import { type Message, type Place, say, setting } from '../../base/fault.js'
import { EncodeError } from '../encode-error.js'
import { isVectorWord } from '../fixed-vectors.js'
import { findVector, type SubwordTable, subwordVectors, type WordVectors } from '../word-vectors.js'
import { parseDecimal } from './parse-decimal.js'

/** Which of a file's vectors are kept, and how wide they must be. */
export interface CollectOptions {
  /** Words to keep wherever they are in the file (see `wantedForms`). */
  readonly keep?: ReadonlySet<string>
  /** Also keeps this many vectors from the start of the file. Default: all, or none if there is a `keep`. */
  readonly first?: number
  /** Numbers that each word must have; default: whatever the file has. */
  readonly dim?: number
}

export interface ReadVectors extends WordVectors {
  /** Vectors in the file, kept or not. */
  readonly words: number
  /** Vectors of a word that had one before (the first one counts), among those kept. */
  readonly duplicates: number
  /** Entries that contain a space, as in some GloVe files: no token is ever one of them. */
  readonly withSpaces: number
}

/** The most numbers that are allocated because a file announces them: 1 GiB. */
const AT_ONCE = 2 ** 28

/** The words and rows of a file, as a reader finds them. Memory grows only with what is kept. */
export class VectorCollector {
  dim: number | undefined
  /** Vectors seen. */
  words = 0
  withSpaces = 0
  private duplicates = 0
  readonly rows = new Map<string, number>()
  private matrix = new Float32Array(0)
  private readonly first: number
  private announced: { readonly words: number; readonly source: string } | undefined
  /** The most rows that there can be. */
  private most = Number.POSITIVE_INFINITY
  private subwords: SubwordTable | undefined

  constructor(
    readonly path: string,
    private readonly options: CollectOptions,
  ) {
    this.first = options.first ?? (options.keep ? 0 : Number.POSITIVE_INFINITY)
  }

  get wantedDim(): number | undefined {
    return this.options.dim
  }

  setDim(dim: number, where: Place): void {
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
        say`set ${setting('input.words.dim')} to ${dim}, or give other vectors`,
      )
    this.dim = dim
  }

  /**
   * Announces how many vectors the file has: no more memory is allocated than they need, and `result` checks it.
   * @param source who says so: `as its first line says`
   */
  expect(words: number, source: string): void {
    this.announced = { words, source }
    this.most = Math.min(words, this.first + (this.options.keep?.size ?? 0))
  }

  /** Counts the next vector. @returns the row of `matrix` to fill, if the word is kept */
  take(word: string): Float32Array | undefined {
    const index = this.words++
    if (index >= this.first && !this.options.keep?.has(word)) return undefined
    if (this.rows.has(word)) {
      this.duplicates++
      return undefined
    }
    return this.addRow(word)
  }

  private addRow(word: string): Float32Array {
    const dim = this.dim ?? 0
    const row = this.rows.size
    this.rows.set(word, row)
    this.reserve((row + 1) * dim)
    return this.matrix.subarray(row * dim, (row + 1) * dim)
  }

  /** Gives vectors to words to keep that the file has in none of their forms, and keeps the runs for words that come later. */
  fillIn(subwords: SubwordTable): void {
    this.subwords = subwords
    const make = subwordVectors(subwords)
    const own = new Float32Array(this.dim ?? 0)
    const missing = [...(this.options.keep ?? [])].filter(
      word => isVectorWord(word) && !findVector(word, this),
    )
    for (const word of missing) if (make(word, own)) this.addRow(word).set(own)
  }

  /** @throws EncodeError where there are no vectors, or not as many as announced */
  result(): ReadVectors {
    const { path, words, dim, matrix, rows, duplicates, withSpaces, announced, subwords } = this
    if (announced && announced.words !== words)
      throw vectorFault(
        { file: path },
        `${announced.words} vectors, ${announced.source}`,
        `${words}`,
        words < announced.words
          ? 'the file was cut short; fetch it again'
          : 'correct the count, or fetch the file again',
      )
    if (dim === undefined || words === 0)
      throw vectorFault(
        { file: path },
        'a word and its numbers on each line',
        'an empty file',
        'give a file of word vectors',
      )
    const length = rows.size * dim
    const tight = length * 1.25 > matrix.length ? matrix.subarray(0, length) : matrix.slice(0, length)
    return { dim, rows, matrix: tight, words, duplicates, withSpaces, ...(subwords && { subwords }) }
  }

  private reserve(length: number): void {
    if (length <= this.matrix.length) return
    const all = this.most * (this.dim ?? 0)
    // Memory that is not written to costs nothing yet, so a count can be trusted that far. A file with more vectors
    // than it announces is refused at its end.
    const grown = all <= AT_ONCE && length <= all ? all : Math.max(2 * this.matrix.length, 65536)
    const wider = new Float32Array(Math.max(length, grown))
    wider.set(this.matrix)
    this.matrix = wider
  }
}

/** The count and the dimension, where a line holds these two alone, as word2vec's first line does. */
export function vectorHeader(line: string): { readonly count: number; readonly dim: number } | undefined {
  const header = /^(\d+)[ \t]+(\d+)[ \t\r]*$/.exec(line)
  return header ? { count: Number(header[1]), dim: Number(header[2]) } : undefined
}

/**
 * Reads the numbers of one vector, separated by runs of spaces, tabs or commas, into `row`.
 * @param name for messages
 */
export function parseNumbers(
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number },
  row: Float32Array,
  name: { readonly where: Place; readonly word: string },
): void {
  let at = range.from
  for (let d = 0; d < row.length; d++) {
    while (at < range.to && IS_BETWEEN[bytes[at]] === 1) at++
    let end = at
    while (end < range.to && IS_BETWEEN[bytes[end]] === 0) end++
    row[d] = parseDecimal(bytes, at, end)
    if (!Number.isFinite(row[d])) {
      const got =
        end > at ? `"${new TextDecoder().decode(bytes.subarray(at, Math.min(end, at + 40)))}"` : 'nothing'
      const range = Number.isNaN(row[d]) ? '' : ' within ±3.4e38, as float32 has them'
      const word = name.word.slice(0, 40)
      throw vectorFault(name.where, `a number${range} for "${word}"`, got, 'correct or remove the vector')
    }
    at = end
  }
}

/** By byte: 1 for what separates numbers. */
const IS_BETWEEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  ' \t,\n\r'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

export function vectorFault(where: Place, expected: string, got: string, remedy: Message): EncodeError {
  return new EncodeError('encode/vectors', { where, expected, got, remedy })
}
