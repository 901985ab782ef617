import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Format } from '../../../base/format-names.js'
import { temporaryFolder } from '../../../base/node/temporary.js'
import { createFileWriter } from '../../../corpus/create-file-writer.js'
import { FORMAT_KINDS } from '../../../corpus/formats.js'
import { writeSentences } from '../../../corpus/node/write-sentences.js'
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
  if (format === 'brat') return exportedFolder(format, sentences)
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

async function exportedFolder(format: Format, sentences: AsyncIterable<Sentence>): Promise<Exported> {
  // Only those who save such a folder wait for the library.
  const { Zip, ZipPassThrough } = await import('fflate')
  using folder = temporaryFolder('nerite-export-')
  const out = join(folder.path, 'labels')
  const { losses } = await writeSentences(out, sentences, { format })
  const parts: Uint8Array[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part)
  })
  for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const path = join(out, name)
    if (!statSync(path).isFile()) continue
    const file = new ZipPassThrough(name.replaceAll('\\', '/'))
    zip.add(file)
    file.push(readFileSync(path), true)
    // Other requests are answered between two documents.
    await new Promise(resolve => setImmediate(resolve))
  }
  zip.end()
  return { parts, losses, ending: 'zip' }
}
