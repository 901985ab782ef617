import type { Format } from '../../../base/format-names.js'
import { type BratFiles, BratWriter } from '../../../corpus/brat/write-brat.js'
import { createFileWriter } from '../../../corpus/create-file-writer.js'
import { FORMAT_KINDS } from '../../../corpus/formats.js'
import type { Sentence } from '../../../corpus/sentence.js'
import type { Loss } from '../../../corpus/sentence-writer.js'

/** A corpus as one file. */
export interface Exported {
  readonly parts: readonly (string | Uint8Array)[]
  /** What the format could not keep. */
  readonly losses: readonly Loss[]
  /** Of the name of the file, without a dot. */
  readonly ending: string
}

/**
 * Writes a corpus as one file; a folder of documents (`brat`) becomes a zip archive.
 * @throws CorpusError `corpus/inexpressible`
 */
export async function exported(format: Format, sentences: AsyncIterable<Sentence>): Promise<Exported> {
  if (format === 'brat') return exportedFolder(sentences)
  const writer = await createFileWriter(format)
  const parts: (string | Uint8Array)[] = []
  const add = (part: unknown) => {
    for (const each of Array.isArray(part) ? part : [part]) parts.push(each as string | Uint8Array)
  }
  for await (const sentence of sentences) add(await writer.write(sentence))
  if (writer.end) add(await writer.end())
  const kind = FORMAT_KINDS[format]
  return { parts, losses: writer.losses.list(), ending: kind.ending ?? kind.extensions[0] ?? format }
}

/** Documents between which other requests are answered. */
const PART = 20

async function exportedFolder(sentences: AsyncIterable<Sentence>): Promise<Exported> {
  // Only those who save such a folder wait for the library.
  const { strToU8, Zip, ZipPassThrough } = await import('fflate')
  const parts: Uint8Array[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part)
  })
  const add = (name: string, text: string) => {
    const file = new ZipPassThrough(name)
    zip.add(file)
    file.push(strToU8(text), true)
  }
  const addDocument = ({ path, text, annotations }: BratFiles) => {
    add(`${path}.txt`, text)
    add(`${path}.ann`, annotations)
  }
  const writer = new BratWriter()
  let count = 0
  for await (const sentence of sentences) {
    const done = writer.add(sentence)
    if (done) addDocument(done)
    if (++count % PART === 0) await new Promise(resolve => setImmediate(resolve))
  }
  const last = writer.end()
  if (last) addDocument(last)
  add('annotation.conf', writer.configuration)
  zip.end()
  return { parts, losses: writer.losses.list(), ending: 'zip' }
}
