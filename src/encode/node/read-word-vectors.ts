import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { EncodeError } from '../encode-error.js'
import type { WordVectors } from '../word-vectors.js'
import { parseDecimal } from './parse-decimal.js'

export interface ReadVectorsOptions {
  /** Which words to keep (see `wantedForms`). Default: all. */
  readonly keep?: ReadonlySet<string>
  /** Numbers a word must have; default: whatever the file's first line has. */
  readonly dim?: number
  /** Bytes read at a time. */
  readonly chunkBytes?: number
}

export interface ReadVectors extends WordVectors {
  /** Vectors in the file, kept or not. */
  readonly words: number
  /** Lines of a word that was there before (the first one counts), among those kept. */
  readonly duplicates: number
  /** Entries that hold a space, as some GloVe files do: no token is ever one of them. */
  readonly withSpaces: number
}

/**
 * Reads pretrained word vectors in text form, a word and its numbers a line: GloVe, word2vec text and fastText `.vec`
 * (whose first line holds the count and the dimension), `.gz` too. Streaming: memory grows with what is kept only.
 * The count of numbers is checked on every line, the numbers themselves where they are kept.
 *
 * @throws EncodeError `encode/vectors` with file:line for a line of another dimension, something that is no number,
 * or a file that is missing or shorter than its header says.
 * @example
 * const vectors = await readWordVectors('cc.en.300.vec.gz', { keep: wantedForms(vocabulary.entries) })
 * vectors.rows.get('the') // its row in vectors.matrix
 */
export async function readWordVectors(path: string, options: ReadVectorsOptions = {}): Promise<ReadVectors> {
  const reader = new VectorReader(path, options)
  const file = createReadStream(path, { highWaterMark: options.chunkBytes ?? 2 ** 20 })
  const source: Readable = path.endsWith('.gz')
    ? file.on('error', error => source.destroy(error)).pipe(createGunzip())
    : file
  try {
    await forEachLine(source, (bytes, line) => reader.take(bytes, line))
  } catch (error) {
    throw asEncodeError(error, path)
  } finally {
    file.destroy()
  }
  return reader.result()
}

class VectorReader {
  private dim: number | undefined
  private announced: number | undefined
  private readonly rows = new Map<string, number>()
  private matrix = new Float32Array(0)
  private words = 0
  private duplicates = 0
  private withSpaces = 0

  constructor(
    private readonly path: string,
    private readonly options: ReadVectorsOptions,
  ) {}

  take(bytes: Buffer, line: number): void {
    const end = trimmedLength(bytes)
    if (end === 0) return
    const fields = countFields(bytes, end)
    if (line === 1 && fields === 2 && this.takeHeader(bytes.toString('latin1', 0, end))) return
    this.dim ??= this.checkDim(fields - 1, line)
    this.words++
    if (fields === this.dim + 1) this.takeVector(bytes, separatorAt(bytes, 0, end), end, line)
    else if (fields > this.dim + 1 && this.isSpacedWord(bytes, end)) this.withSpaces++
    else throw this.wrongLength(fields - 1, line)
  }

  result(): ReadVectors {
    const { path, announced, words, dim } = this
    if (dim === undefined || words === 0)
      throw fault(path, 'a word and its numbers on each line', 'an empty file', 'give a file of word vectors')
    if (announced !== undefined && announced !== words)
      throw fault(
        path,
        `${announced} vectors, as its first line says`,
        `${words}`,
        words < announced ? 'the file was cut short; fetch it again' : 'mend the first line',
      )
    const matrix = this.matrix.slice(0, this.rows.size * dim)
    const { rows, duplicates, withSpaces } = this
    return { dim, rows, matrix, words, duplicates, withSpaces }
  }

  private takeHeader(text: string): boolean {
    const numbers = text.match(/^(\d+)[ \t]+(\d+)$/)
    if (!numbers) return false
    this.announced = Number(numbers[1])
    this.dim = this.checkDim(Number(numbers[2]), 1)
    return true
  }

  private checkDim(dim: number, line: number): number {
    const wanted = this.options.dim
    if (dim < 1)
      throw fault(
        `${this.path}:${line}`,
        'a word and its numbers, separated by spaces',
        'a word alone',
        'give a file of word vectors in text form',
      )
    if (wanted !== undefined && wanted !== dim)
      throw fault(
        `${this.path}:${line}`,
        `vectors of ${wanted} numbers`,
        `${dim}`,
        `set the dimension of words to ${dim}, or give other vectors`,
      )
    return dim
  }

  private takeVector(bytes: Buffer, wordEnd: number, end: number, line: number): void {
    const word = bytes.toString('utf8', 0, wordEnd)
    if (this.options.keep && !this.options.keep.has(word)) return
    if (this.rows.has(word)) {
      this.duplicates++
      return
    }
    const dim = this.dim ?? 0
    const row = this.rows.size
    this.reserve((row + 1) * dim)
    let at = wordEnd
    for (let d = 0; d < dim; d++) {
      while (isSeparator(bytes[at])) at++
      const numberEnd = separatorAt(bytes, at, end)
      const value = parseDecimal(bytes, at, numberEnd)
      if (!Number.isFinite(value)) {
        const got = `"${bytes.toString('utf8', at, numberEnd)}"`
        throw fault(`${this.path}:${line}`, `a number for "${word}"`, got, 'mend or remove the line')
      }
      this.matrix[row * dim + d] = value
      at = numberEnd
    }
    this.rows.set(word, row)
  }

  private reserve(length: number): void {
    if (length <= this.matrix.length) return
    const wider = new Float32Array(Math.max(length, 2 * this.matrix.length, 65536))
    wider.set(this.matrix)
    this.matrix = wider
  }

  /** More fields than numbers: the word has spaces of its own if what follows its first part is no number. */
  private isSpacedWord(bytes: Buffer, end: number): boolean {
    const fields = bytes.toString('utf8', 0, end).split(/[ \t]+/)
    return !Number.isFinite(Number(fields[fields.length - (this.dim ?? 0) - 1]))
  }

  private wrongLength(got: number, line: number): EncodeError {
    return fault(
      `${this.path}:${line}`,
      `${this.dim} numbers, as on the lines before`,
      `${got}`,
      got < (this.dim ?? 0) ? 'the file may be cut short; fetch it again' : 'mend or remove the line',
    )
  }
}

const isSeparator = (byte: number) => byte === 0x20 || byte === 0x09

/** Length without the white space at the line's end. */
function trimmedLength(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && (isSeparator(bytes[end - 1]) || bytes[end - 1] === 0x0d)) end--
  return end
}

/** Fields separated by runs of spaces or tabs. */
function countFields(bytes: Buffer, end: number): number {
  let fields = 1
  for (let i = 1; i < end; i++) if (isSeparator(bytes[i]) && !isSeparator(bytes[i - 1])) fields++
  return fields
}

function separatorAt(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && !isSeparator(bytes[at])) at++
  return at
}

/** No word and its numbers come near; a file in another format may be all one line. */
const LONGEST_LINE = 2 ** 22

class LineTooLong extends Error {
  constructor(readonly line: number) {
    super(`line ${line} is too long`)
  }
}

const BOM = Buffer.of(0xef, 0xbb, 0xbf)

/** Lines without their line feed, and their numbers from 1; a leading byte order mark is left out. */
async function forEachLine(source: Readable, take: (bytes: Buffer, line: number) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  const give = (bytes: Buffer) => {
    line++
    take(line === 1 && bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes, line)
  }
  for await (const piece of source) {
    const chunk = piece as Buffer
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const tail = chunk.subarray(start, end)
      give(rest.length > 0 ? Buffer.concat([rest, tail]) : tail)
      rest = Buffer.alloc(0)
      start = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(start)])
    if (rest.length > LONGEST_LINE) throw new LineTooLong(line + 1)
  }
  if (rest.length > 0) give(rest)
}

function fault(where: string, expected: string, got: string, remedy: string): EncodeError {
  return new EncodeError('encode/vectors', { where, expected, got, remedy })
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'a file that may not be read',
  Z_DATA_ERROR: 'a file that is damaged or not compressed with gzip',
  Z_BUF_ERROR: 'a compressed file that is cut short',
}

function asEncodeError(error: unknown, path: string): unknown {
  if (error instanceof LineTooLong)
    return fault(
      `${path}:${error.line}`,
      'a word and its numbers',
      'a line of more than 4 MiB',
      'give a file of word vectors in text form',
    )
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  return reason ? fault(path, 'a file of word vectors', reason, 'check the path and the file') : error
}
