import type { Format } from '../../base/format-names.js'
import { createFileWriter } from '../create-file-writer.js'
import type { Sentence } from '../sentence.js'
import type { Loss, WriteOptions } from '../sentence-writer.js'
import { createOutput } from './create-output.js'

export interface WriteFileOptions extends WriteOptions {
  readonly format: Format
  /** Whether an existing file is replaced. Default: no. */
  readonly force?: boolean
}

export interface WriteReport {
  readonly sentences: number
  /** What the format could not keep, for the user. */
  readonly losses: readonly Loss[]
}

/**
 * Writes a corpus file as sentences come. The file appears when all are written. If anything fails, nothing is left.
 * @throws CorpusError `corpus/exists`, `corpus/file`, `corpus/inexpressible`; errors of the source and the disk as they are
 *
 * @example
 * await writeSentences('train.jsonl', readSentences('train.conll'), { format: 'jsonl' })
 */
export async function writeSentences(
  path: string,
  sentences: AsyncIterable<Sentence> | Iterable<Sentence>,
  options: WriteFileOptions,
): Promise<WriteReport> {
  const writer = await createFileWriter(options.format, options)
  const file = await createOutput(path, options.force === true)
  let count = 0
  try {
    for await (const sentence of sentences) {
      await file.write(await writer.write(sentence))
      count++
    }
    if (writer.end) await file.write(await writer.end())
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
  return { sentences: count, losses: writer.losses.list() }
}
