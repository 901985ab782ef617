import { vectorFault } from './vector-collector.js'

export type VectorFormat = 'text' | 'binary' | 'json'

/** Other files that carry word vectors, by how they begin. */
const FOREIGN: readonly (readonly [Buffer, string, string])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), 'a zip archive', 'unpack it and give the file inside'],
  [Buffer.of(0xba, 0x16, 0x4f, 0x2f), 'a fastText model', 'give the .vec file of the same release'],
  [Buffer.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), 'a NumPy array', 'save the vectors in text form'],
  [Buffer.of(0x80), 'a Python pickle', 'save the vectors in the form of word2vec'],
]

/**
 * What kind of vector file begins so.
 *
 * @param head the first 64 KiB, or all there is
 * @throws EncodeError for a kind that is known and not read here
 */
export function vectorFormatOf(head: Buffer, path: string): VectorFormat {
  for (const [magic, got, remedy] of FOREIGN)
    if (head.subarray(0, magic.length).equals(magic))
      throw vectorFault(path, 'word vectors as text, word2vec binary or JSON', got, remedy)
  if (/^(\u00ef\u00bb\u00bf)?\s*\{\s*"/.test(head.toString('latin1', 0, 256))) return 'json'
  return isBinary(head) ? 'binary' : 'text'
}

/** A header as word2vec writes it, and then bytes that no text has. */
function isBinary(head: Buffer): boolean {
  const lineEnd = head.indexOf(0x0a)
  const header = head.toString('latin1', 0, Math.min(lineEnd, 64)).match(/^(\d+)[ \t]+(\d+)[ \t\r]*$/)
  if (lineEnd < 0 || !header) return false
  const body = head.subarray(lineEnd + 1)
  const space = body.findIndex(byte => byte === 0x20 || byte === 0x09)
  const end = body.indexOf(0x0a, space)
  const line = body.toString('latin1', space < 0 ? 0 : space, end < 0 ? undefined : end)
  if (space >= 0 && end > space && /^[ \t\r0-9eE.+-]+$/.test(line)) return false
  // The numbers of the first vector; a text has no control characters but white space.
  const numbers = body.subarray(Math.max(0, space), Math.max(0, space) + 1 + 4 * Number(header[2]))
  return numbers.some(byte => byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f)
}
