import type { Place } from '../../base/fault.js'
import { parseNumbers, type VectorCollector, vectorFault } from './vector-collector.js'

/** Bytes before the vectors (the list of words, mostly), at most. */
const LONGEST_HEAD = 2 ** 28
const LONGEST_ENTRY = 2 ** 20

/** Bytes as Latin-1, so that places in the text are places in the bytes. */
const ENTRY = /[\s,]*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*\[/y
/** Of an entry that has not been read to its end. */
const BEGINNING = /^[\s,]*("[^"\\]*(\\.[^"\\]*)*(\\|"\s*(:\s*(\[[^\]]*)?)?)?)?$/
const END = /[\s,]*\}/y

/**
 * Vectors as winkNLP's packages have them: one JSON object with `dimensions`, `size` and, as
 * `"vectors": {"the": [0.1, …], …}`, at least `dimensions` numbers for each word; more numbers (its norm, its rank) are
 * left out. Read as a stream, entry by entry: the file is never in memory as a whole.
 */
export async function readJsonVectors(
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const { path } = collector
  let rest: Buffer = Buffer.alloc(0)
  let head: Buffer[] | undefined = []
  let headBytes = 0
  let isEnd = false
  for await (const chunk of source) {
    if (isEnd) continue
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (head) {
      const opening = /"vectors"\s*:\s*\{/.exec(bytes.toString('latin1'))
      if (!opening) {
        // What is kept back may hold the beginning of the opening.
        const cut = Math.max(0, bytes.length - 256)
        head.push(bytes.subarray(0, cut))
        headBytes += cut
        if (headBytes > LONGEST_HEAD) break
        rest = bytes.subarray(cut)
        continue
      }
      head.push(bytes.subarray(0, opening.index))
      takeHead(Buffer.concat(head).toString('latin1'), collector)
      head = undefined
      bytes = bytes.subarray(opening.index + opening[0].length)
    }
    const text = bytes.toString('latin1')
    const taken = takeEntries(text, bytes, collector)
    rest = bytes.subarray(taken)
    END.lastIndex = taken
    isEnd = END.test(text)
    if (!isEnd && (rest.length > LONGEST_ENTRY || !BEGINNING.test(text.slice(taken))))
      throw fault(
        { file: path, field: `vector ${collector.words + 1}` },
        'a word and a list of numbers',
        JSON.stringify(rest.toString('utf8', 0, 12)),
      )
  }
  if (head)
    throw vectorFault(
      { file: path },
      'a JSON object with "dimensions" and "vectors"',
      'another',
      'give a file of word vectors',
    )
  if (!isEnd) throw fault({ file: path }, 'JSON to its end', 'a file that is cut short')
}

function takeHead(text: string, collector: VectorCollector): void {
  // Inside a JSON string every quote is escaped, so that only keys can match.
  const dimensions = /"dimensions"\s*:\s*(\d+)/.exec(text)
  if (!dimensions)
    throw vectorFault(
      { file: collector.path },
      '"dimensions" before "vectors"',
      'none',
      'use the file as it is in the package',
    )
  collector.setDim(Number(dimensions[1]), { file: collector.path })
  const size = /"size"\s*:\s*(\d+)/.exec(text)
  if (size) collector.expect(Number(size[1]), 'as its "size" says')
}

/** Takes the entries that are there to their end. @returns where the next one begins */
function takeEntries(text: string, bytes: Buffer, collector: VectorCollector): number {
  let at = 0
  for (;;) {
    ENTRY.lastIndex = at
    const entry = ENTRY.exec(text)
    const from = ENTRY.lastIndex
    const to = entry ? bytes.indexOf(0x5d, from) : -1
    if (!entry || to < 0) return at
    const quote = at + entry[0].indexOf('"')
    const quoted = bytes.toString('utf8', quote, quote + entry[1].length)
    at = to + 1
    const word = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
    const row = collector.take(word)
    const where = { file: collector.path, field: `vector ${collector.words}` }
    if (row) parseNumbers(bytes, { from, to }, row, { where, word })
  }
}

function fault(where: Place, expected: string, got: string) {
  return vectorFault(where, expected, got, 'fetch it again')
}
