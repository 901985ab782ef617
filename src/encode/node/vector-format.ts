import { isUtf8 } from 'node:buffer'
import { isCompact } from './compact-vectors.js'
import { vectorFault, vectorHeader } from './vector-collector.js'

export type VectorFormat = 'text' | 'binary' | 'json' | 'compact'

/** Other files that contain word vectors, by how they begin. */
const FOREIGN: readonly (readonly [Buffer, string, string])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), 'a zip archive', 'unpack it and give the file inside'],
  [Buffer.of(0xba, 0x16, 0x4f, 0x2f), 'a fastText model', 'give the .vec file of the same release'],
  [Buffer.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), 'a NumPy array', 'save the vectors in text form'],
  [Buffer.of(0x80), 'a Python pickle', 'save the vectors in the form of word2vec'],
]

/**
 * The kind of a vector file, by its beginning.
 *
 * @param head the first 64 KiB, or all there is
 * @throws EncodeError for a kind that is recognized but not supported
 */
export function vectorFormatOf(head: Buffer, path: string): VectorFormat {
  for (const [magic, got, remedy] of FOREIGN)
    if (head.subarray(0, magic.length).equals(magic))
      throw vectorFault({ file: path }, 'word vectors as text, word2vec binary or JSON', got, remedy)
  if (isCompact(head)) return 'compact'
  if (/^(\u00ef\u00bb\u00bf)?\s*\{\s*"/.test(head.toString('latin1', 0, 256))) return 'json'
  return isBinary(head) ? 'binary' : 'text'
}

/** A header as word2vec writes it, and after it anything but a line of a word and its numbers. */
function isBinary(head: Buffer): boolean {
  const lineEnd = head.indexOf(0x0a)
  const header = vectorHeader(head.toString('latin1', 0, Math.min(lineEnd, 64)))
  if (lineEnd < 0 || !header) return false
  const { dim } = header
  const body = head.subarray(lineEnd + 1)
  const end = body.indexOf(0x0a)
  const line = body.toString('latin1', 0, end < 0 ? undefined : end)
  const fields = line.split(/[ \t\r]+/).filter(field => field !== '')
  if (fields.length > dim && fields.slice(-dim).every(field => /^[0-9eE.+-]+$/.test(field))) return false
  // The numbers of the first vector. Text has no control characters except white space.
  const space = Math.max(0, body.indexOf(0x20))
  const numbers = body.subarray(space + 1, space + 1 + 4 * dim)
  return (
    numbers.some(byte => byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f) || !isUtf8(numbers)
  )
}
