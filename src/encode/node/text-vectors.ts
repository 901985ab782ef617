import type { Place } from '../../base/fault.js'
import { parseNumbers, type VectorCollector, vectorFault, vectorHeader } from './vector-collector.js'

/**
 * Vectors as text, a word and its numbers on each line: GloVe, word2vec's text form and fastText's `.vec`, whose first
 * line holds the count and the dimension. The count of numbers is checked on every line, the numbers if they are kept.
 */
export async function readTextVectors(
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const { path } = collector
  await forEachLine(source, path, (bytes, line) => {
    const end = trimmedLength(bytes)
    if (end === 0) return
    const where = { file: path, line }
    const fields = countFields(bytes, end)
    const header = line === 1 && fields === 2 ? vectorHeader(bytes.toString('latin1', 0, end)) : undefined
    if (header) {
      collector.setDim(header.dim, where)
      collector.expect(header.count, 'as its first line says')
      return
    }
    if (collector.dim === undefined) collector.setDim(dimOf(bytes, end, collector.wantedDim), where)
    const dim = collector.dim ?? 0
    if (fields === dim + 1) takeVector(collector, bytes, end, where)
    else if (fields > dim + 1 && isSpacedWord(bytes, end, dim)) {
      collector.words++
      collector.withSpaces++
    } else throw wrongLength(where, dim, fields - 1)
  })
}

/**
 * Vectors as SENNA has them: `words.lst` with one word per line, and `embeddings.txt` with its numbers on the same line.
 * @param lists path and bytes of `words.lst`
 */
export async function readSennaVectors(
  lists: { readonly path: string; readonly source: AsyncIterable<Buffer> },
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const words: string[] = []
  await forEachLine(lists.source, lists.path, bytes => {
    words.push(bytes.toString('utf8', 0, trimmedLength(bytes)))
  })
  collector.expect(words.length, `one for each word of ${lists.path}`)
  const { path } = collector
  await forEachLine(source, path, (bytes, line) => {
    const end = trimmedLength(bytes)
    if (end === 0) return
    const where = { file: path, line }
    const fields = countFields(bytes, end)
    if (collector.dim === undefined) collector.setDim(fields, where)
    if (fields !== collector.dim) throw wrongLength(where, collector.dim ?? 0, fields)
    const word = words[collector.words] ?? ''
    const row = collector.take(word)
    if (row) parseNumbers(bytes, { from: 0, to: end }, row, { where, word })
  })
}

function takeVector(collector: VectorCollector, bytes: Buffer, end: number, where: Place): void {
  const wordEnd = separatorAt(bytes, 0, end)
  const word = bytes.toString('utf8', 0, wordEnd)
  const row = collector.take(word)
  if (row) parseNumbers(bytes, { from: wordEnd, to: end }, row, { where, word })
}

/**
 * How many numbers the first line has. Its word may contain spaces: then as many as are wanted, if what comes before
 * them is not a number, or all that follow the last field that is not a number.
 */
function dimOf(bytes: Buffer, end: number, wanted: number | undefined): number {
  const fields = bytes.toString('utf8', 0, end).split(/[ \t]+/)
  if (wanted !== undefined && fields.length > wanted + 1 && isSpacedWord(bytes, end, wanted)) return wanted
  const isNumber = fields.map(isNumberLike)
  const last = isNumber.lastIndexOf(false)
  const numbers = fields.length - 1 - last
  return last > 0 && numbers > 0 && !isNumber.slice(1, last).includes(true) ? numbers : fields.length - 1
}

/** More fields than numbers: the word contains spaces if the field before the numbers is not a number. */
function isSpacedWord(bytes: Buffer, end: number, dim: number): boolean {
  const fields = bytes.toString('utf8', 0, end).split(/[ \t]+/)
  return !isNumberLike(fields[fields.length - dim - 1])
}

/** Whether a field stands for a number, though perhaps for one that no vector may have: it is no part of a word. */
function isNumberLike(field: string): boolean {
  return !Number.isNaN(Number(field)) || /^[-+]?(nan|inf|infinity)$/i.test(field)
}

function wrongLength(where: Place, dim: number, got: number) {
  return vectorFault(
    where,
    `${dim} numbers, as on the lines before`,
    `${got}`,
    got < dim ? 'the file may be cut short; fetch it again' : 'correct or remove the line',
  )
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

/** Far longer than any word and its numbers; a file in another format may be all one line. */
const LONGEST_LINE = 2 ** 22

const BOM = Buffer.of(0xef, 0xbb, 0xbf)

/** Calls `take` with each line, without its line feed or a leading byte order mark, and its number from 1. */
async function forEachLine(
  source: AsyncIterable<Buffer>,
  path: string,
  take: (bytes: Buffer, line: number) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  const give = (bytes: Buffer) => {
    line++
    take(line === 1 && bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes, line)
  }
  for await (const chunk of source) {
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const tail = chunk.subarray(start, end)
      give(rest.length > 0 ? Buffer.concat([rest, tail]) : tail)
      rest = Buffer.alloc(0)
      start = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(start)])
    if (rest.length > LONGEST_LINE)
      throw vectorFault(
        { file: path, line: line + 1 },
        'a word and its numbers',
        'a line of more than 4 MiB',
        'give a file of word vectors',
      )
  }
  if (rest.length > 0) give(rest)
}
