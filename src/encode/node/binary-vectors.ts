import { type VectorCollector, vectorFault, vectorHeader } from './vector-collector.js'

/** A longer word means that the reader has lost its place. */
const LONGEST_WORD = 4096

/**
 * Vectors in word2vec's binary form: a line with the count and the dimension, then for each word its UTF-8, a space
 * and `dim` little-endian float32, followed by a line feed (as word2vec writes it) or not (as others do).
 */
export async function readBinaryVectors(
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const { path } = collector
  let announced: number | undefined
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (announced === undefined) {
      const lineEnd = bytes.indexOf(0x0a)
      const header = vectorHeader(bytes.toString('latin1', 0, Math.max(0, lineEnd)))
      if (lineEnd < 0 && bytes.length < LONGEST_WORD) {
        rest = bytes
        continue
      }
      if (!header)
        throw vectorFault({ file: path }, 'a count and a dimension', 'another first line', 'fetch it again')
      announced = header.count
      collector.setDim(header.dim, { file: path, line: 1 })
      collector.expect(announced, 'as its first line says')
      bytes = bytes.subarray(lineEnd + 1)
    }
    rest = takeAll(bytes, collector, announced)
  }
  // What follows the last vector may end with a line feed, and nothing else.
  if (collector.words === announced && rest.some(byte => byte !== 0x0a && byte !== 0x0d))
    throw vectorFault(
      { file: path },
      `${announced} vectors, as its first line says`,
      `${rest.length} bytes more`,
      'the file is damaged; fetch it again',
    )
}

/** Takes every complete vector. @returns the bytes of the one that is not */
function takeAll(bytes: Buffer, collector: VectorCollector, announced: number): Buffer {
  const size = (collector.dim ?? 0) * 4
  let at = 0
  while (collector.words < announced) {
    let start = at
    while (bytes[start] === 0x0a) start++
    const space = bytes.indexOf(0x20, start)
    if (space < 0 ? bytes.length - start > LONGEST_WORD : space - start > LONGEST_WORD)
      throw damaged(collector, `a word of up to ${LONGEST_WORD} bytes`, 'a longer one')
    if (space < 0 || bytes.length < space + 1 + size) break
    const word = bytes.toString('utf8', start, space)
    const row = collector.take(word)
    at = space + 1 + size
    if (!row) continue
    // Every machine that this runs on is little-endian.
    new Uint8Array(row.buffer, row.byteOffset, size).set(bytes.subarray(space + 1, at))
    const bad = row.find(value => !Number.isFinite(value))
    if (bad !== undefined) throw damaged(collector, `numbers for "${word.slice(0, 40)}"`, String(bad))
  }
  return bytes.subarray(at)
}

function damaged({ path, words }: VectorCollector, expected: string, got: string) {
  return vectorFault(
    { file: path, field: `vector ${words}` },
    expected,
    got,
    'the file is damaged; fetch it again',
  )
}
