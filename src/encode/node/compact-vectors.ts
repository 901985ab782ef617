/**
 * The compact vector file: each row as in a model, one byte per number and a step. Little-endian throughout.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0–7 | `89 4E 56 45 43 0D 0A 1A`: `NVEC` between bytes that no text has and that copying as text changes |
 * | 8–23 | four unsigned 32-bit numbers: version (1, or 2 with runs of characters), numbers per vector, vectors, bytes of the words |
 * | 24–27 | bytes of the part about runs of characters, or 0 |
 * | 28–31 | zeros |
 * | 32–63 | SHA-256 of bytes 0–31 and of everything from byte 64 on |
 * | from 64 | one float32 step per vector |
 * | then | the vectors, row by row, as signed bytes from −127 to 127, to be multiplied by the row's step |
 * | then | the words in the order of the rows, UTF-8, each followed by a line feed |
 * | then | with runs: four unsigned 32-bit numbers (shortest, longest, buckets, runs); the bucket, an int32, and the step of each run; their vectors |
 */
import { createHash } from 'node:crypto'
import { isVectorWord, roundRow } from '../fixed-vectors.js'
import type { SubwordTable, WordVectors } from '../word-vectors.js'
import { subwordPart, subwordsOf } from './compact-subwords.js'
import { type VectorCollector, vectorFault } from './vector-collector.js'

const MAGIC = Buffer.of(0x89, 0x4e, 0x56, 0x45, 0x43, 0x0d, 0x0a, 0x1a)
const VERSIONS = { words: 1, subwords: 2 } as const
const FIELDS_END = 32
const HEADER = 64
/** A file that announces more is not read. */
const MOST = { dim: 65_536, bytes: 2 ** 30 }

/** Whether a file begins as a compact one. */
export function isCompact(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC)
}

/**
 * A compact vector file, in parts to be written in turn.
 *
 * @param words those to write, in their order: each has a row and no white space in it
 * @example
 * writeFileAtomically('small.nvec', compactFile(vectors, ['the', 'of']))
 */
export function compactFile(
  { dim, rows, matrix }: WordVectors,
  words: readonly string[],
  subwords?: SubwordTable,
): Uint8Array[] {
  const table = { values: new Int8Array(words.length * dim), steps: new Float32Array(words.length) }
  words.forEach((word, i) => {
    const row = rows.get(word)
    if (row === undefined || !isVectorWord(word)) throw new RangeError(`"${word}" cannot be written`)
    roundRow(matrix.subarray(row * dim, (row + 1) * dim), table, i)
  })
  const list = Buffer.from(words.map(word => `${word}\n`).join(''))
  const header = Buffer.alloc(HEADER)
  MAGIC.copy(header)
  const runs = subwords ? subwordPart(subwords, dim) : []
  const runBytes = runs.reduce((sum, part) => sum + part.length, 0)
  const fields = [subwords ? VERSIONS.subwords : VERSIONS.words, dim, words.length, list.length, runBytes]
  for (const [i, value] of fields.entries()) header.writeUInt32LE(value, MAGIC.length + 4 * i)
  // Every machine that this runs on is little-endian.
  const body = [bytesOf(table.steps), bytesOf(table.values), list, ...runs]
  contentHash(header, body).copy(header, FIELDS_END)
  return [header, ...body]
}

/**
 * Reads a compact vector file whole. Nothing of it is kept before its size and its hash are known to be right.
 * @throws EncodeError `encode/vectors` for a file that is damaged, too large, or says what cannot be
 */
export async function readCompactVectors(
  source: AsyncIterable<Buffer>,
  collector: VectorCollector,
): Promise<void> {
  const { path } = collector
  const { header, body, dim, count, runBytes } = await readParts(source, path)
  if (!contentHash(header, [body]).equals(header.subarray(FIELDS_END)))
    throw damaged(path, 'the content that its hash stands for', 'other content')
  collector.setDim(dim, { file: path })
  collector.expect(count, 'as its header says')
  const words = wordsOf(body.subarray(count * (4 + dim), body.length - runBytes), count, path)
  const runs = runBytes > 0 ? subwordsOf(body.subarray(body.length - runBytes), dim, path) : undefined
  const steps = new Float32Array(count)
  bytesOf(steps).set(body.subarray(0, 4 * count))
  const values = new Int8Array(body.buffer, body.byteOffset + 4 * count, count * dim)
  words.forEach((word, i) => {
    const own = values.subarray(i * dim, (i + 1) * dim)
    checkRow(steps[i], own, { file: path, field: `vector ${i + 1}` })
    const row = collector.take(word)
    if (row) for (let d = 0; d < dim; d++) row[d] = own[d] * steps[i]
  })
  if (runs) collector.fillIn(runs)
}

/** The header and what follows it, which is as long as the header says. */
async function readParts(source: AsyncIterable<Buffer>, path: string) {
  const chunks: Buffer[] = []
  let length = 0
  let wanted = HEADER
  let fields: ReturnType<typeof fieldsOf> | undefined
  for await (const chunk of source) {
    chunks.push(chunk)
    length += chunk.length
    if (!fields && length >= HEADER) {
      fields = fieldsOf(Buffer.concat(chunks), path)
      wanted = HEADER + fields.bytes
    }
    if (length > wanted && fields) throw damaged(path, `${wanted} bytes, as its header says`, 'more')
  }
  if (!fields || length < wanted)
    throw damaged(path, `${wanted} bytes${fields ? ', as its header says' : ' at least'}`, `${length}`)
  const all = Buffer.concat(chunks)
  return { ...fields, header: all.subarray(0, HEADER), body: all.subarray(HEADER) }
}

function fieldsOf(header: Buffer, path: string) {
  const [version, dim, count, wordBytes, runBytes] = [8, 12, 16, 20, 24].map(at => header.readUInt32LE(at))
  if (version !== VERSIONS.words && version !== VERSIONS.subwords)
    throw vectorFault(
      { file: path },
      `compact vectors of version ${VERSIONS.words} or ${VERSIONS.subwords}`,
      `version ${version}`,
      version > VERSIONS.subwords
        ? 'use a newer version of this program'
        : 'the file is damaged; fetch it again',
    )
  if (dim < 1 || dim > MOST.dim) throw damaged(path, `1 to ${MOST.dim} numbers per vector`, `${dim}`)
  if (count < 1) throw damaged(path, 'at least one vector', 'none')
  if (runBytes > 0 !== (version === VERSIONS.subwords))
    throw damaged(path, 'runs of characters in version 2 alone', `${runBytes} bytes of them`)
  const bytes = count * (4 + dim) + wordBytes + runBytes
  if (bytes > MOST.bytes) throw damaged(path, `at most ${MOST.bytes} bytes`, `${bytes}, as its header says`)
  return { dim, count, bytes, runBytes }
}

function wordsOf(list: Buffer, count: number, path: string): readonly string[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(list)
  } catch {
    throw damaged(path, 'words in UTF-8', 'other bytes')
  }
  const words = text.split('\n')
  if (words.pop() !== '') throw damaged(path, 'a line feed after the last word', 'none')
  if (words.length !== count) throw damaged(path, `${count} words, as its header says`, `${words.length}`)
  const seen = new Set<string>()
  for (const [i, word] of words.entries()) {
    const where = { file: path, field: `vector ${i + 1}` }
    const shown = JSON.stringify(word.slice(0, 40))
    if (!isVectorWord(word)) throw damaged(where, 'a word without white space', shown)
    if (seen.size === seen.add(word).size) throw damaged(where, 'every word once', `${shown} again`)
  }
  return words
}

function checkRow(step: number, values: Int8Array, where: Where): void {
  // A vector of zeros has the step 0.
  if (!(step >= 0 && Number.isFinite(Math.fround(127 * step))))
    throw damaged(where, 'a step of 0 or more, 127 of which are a float32', String(step))
  if (values.includes(-128)) throw damaged(where, 'numbers from −127 to 127', '-128')
}

function contentHash(header: Uint8Array, body: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256').update(header.subarray(0, FIELDS_END))
  for (const part of body) hash.update(part)
  return hash.digest()
}

function bytesOf(values: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

type Where = { readonly file: string; readonly field: string }

function damaged(where: string | Where, expected: string, got: string) {
  const place = typeof where === 'string' ? { file: where } : where
  return vectorFault(place, expected, got, 'the file is damaged; fetch it or make it again')
}
