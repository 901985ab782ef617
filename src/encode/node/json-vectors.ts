import { parseNumbers, type VectorCollector, vectorFault } from './vector-collector.js'

/** What stands before the vectors: the list of words, at most. */
const LONGEST_HEAD = 2 ** 28
const LONGEST_ENTRY = 2 ** 20

/**
 * Vectors as winkNLP's packages have them: one JSON object with `dimensions`, `size` and, as
 * `"vectors": {"the": [0.1, …], …}`, `dimensions` numbers a word, behind which others may stand (its norm, its rank).
 * Read as a stream, an entry at a time: the file is never in memory as a whole.
 */
export async function readJsonVectors(
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const { path } = collector
  let rest: Buffer = Buffer.alloc(0)
  const head: Buffer[] = []
  let headBytes = 0
  let size: number | undefined
  let state: 'head' | 'vectors' | 'done' = 'head'
  for await (const chunk of source) {
    if (state === 'done') continue
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (state === 'head') {
      const opening = /"vectors"\s*:\s*\{/.exec(bytes.toString('latin1'))
      if (!opening) {
        // What is kept back may hold the beginning of the opening.
        const cut = Math.max(0, bytes.length - 256)
        head.push(bytes.subarray(0, cut))
        headBytes += cut
        if (headBytes > LONGEST_HEAD) throw noVectors(path)
        rest = bytes.subarray(cut)
        continue
      }
      head.push(bytes.subarray(0, opening.index))
      size = takeHead(Buffer.concat(head).toString('latin1'), collector)
      head.length = 0
      bytes = bytes.subarray(opening.index + opening[0].length)
      state = 'vectors'
    }
    const taken = takeEntries(bytes, collector)
    rest = bytes.subarray(taken.to)
    if (taken.isEnd) state = 'done'
  }
  if (state === 'head') throw noVectors(path)
  if (state === 'vectors')
    throw vectorFault(path, 'JSON to its end', 'a file that is cut short', 'fetch it again')
  if (size !== undefined && size !== collector.words)
    throw vectorFault(path, `${size} vectors, as its "size" says`, `${collector.words}`, 'fetch it again')
}

/** @returns the announced number of vectors */
function takeHead(text: string, collector: VectorCollector): number | undefined {
  // Inside a JSON text every quote is escaped, so that only keys can match.
  const dimensions = /"dimensions"\s*:\s*(\d+)/.exec(text)
  if (!dimensions)
    throw vectorFault(
      collector.path,
      '"dimensions" before "vectors"',
      'none',
      'give the file as the package has it',
    )
  collector.setDim(Number(dimensions[1]), collector.path)
  const size = /"size"\s*:\s*(\d+)/.exec(text)
  if (!size) return undefined
  collector.expect(Number(size[1]))
  return Number(size[1])
}

interface Taken {
  /** Where the next entry begins. */
  readonly to: number
  readonly isEnd: boolean
}

function takeEntries(bytes: Buffer, collector: VectorCollector): Taken {
  let at = 0
  for (;;) {
    const start = skip(bytes, at)
    if (start >= bytes.length) return { to: at, isEnd: false }
    if (bytes[start] === 0x7d) return { to: start, isEnd: true }
    const close = bytes.indexOf(0x5d, start)
    const entry = close < 0 ? undefined : entryOf(bytes, start, collector)
    if (entry && entry.open < entry.close) {
      takeEntry(bytes, entry, collector)
      at = entry.close + 1
      continue
    }
    if (bytes.length - start > LONGEST_ENTRY)
      throw vectorFault(
        `${collector.path}: vector ${collector.words + 1}`,
        'a word and a list of numbers',
        'something else',
        'fetch it again',
      )
    return { to: at, isEnd: false }
  }
}

interface Entry {
  readonly word: string
  readonly open: number
  /** Of the closing bracket; before `open` where the entry is not there to its end. */
  readonly close: number
}

/** The entry at `start`, `undefined` where its end has not been read. */
function entryOf(bytes: Buffer, start: number, { path, words }: VectorCollector): Entry | undefined {
  const bad = (got: string) =>
    vectorFault(`${path}: vector ${words + 1}`, 'a word and a list of numbers', got, 'fetch it again')
  if (bytes[start] !== 0x22) throw bad(JSON.stringify(bytes.toString('utf8', start, start + 12)))
  let quote = start + 1
  let isEscaped = false
  for (; quote < bytes.length && bytes[quote] !== 0x22; quote++)
    if (bytes[quote] === 0x5c) {
      isEscaped = true
      quote++
    }
  let open = quote + 1
  while (open < bytes.length && isWhite(bytes[open])) open++
  if (open < bytes.length && bytes[open] !== 0x3a) throw bad('no ":" behind a word')
  for (open++; open < bytes.length && isWhite(bytes[open]); open++);
  if (open >= bytes.length) return undefined
  if (bytes[open] !== 0x5b) throw bad('no "[" behind a word')
  const close = bytes.indexOf(0x5d, open)
  if (close < 0) return undefined
  const word = isEscaped
    ? (JSON.parse(bytes.toString('utf8', start, quote + 1)) as string)
    : bytes.toString('utf8', start + 1, quote)
  return { word, open, close }
}

function takeEntry(bytes: Buffer, { word, open, close }: Entry, collector: VectorCollector): void {
  const row = collector.take(word)
  if (!row) return
  const where = `${collector.path}: vector ${collector.words}`
  parseNumbers(bytes, { from: open + 1, to: close }, row, { where, word })
}

function skip(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && (isWhite(bytes[at]) || bytes[at] === 0x2c)) at++
  return at
}

function isWhite(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function noVectors(path: string) {
  return vectorFault(
    path,
    'a JSON object with "dimensions" and "vectors"',
    'another',
    'give a file of word vectors',
  )
}
