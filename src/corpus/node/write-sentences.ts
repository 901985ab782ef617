import type { Format } from '../../base/format-names.js'
import type { Sentence } from '../sentence.js'
import type { Loss, WriteOptions } from '../sentence-writer.js'
import { createTarget } from './create-target.js'

export interface WriteFileOptions extends WriteOptions {
  readonly format: Format
  /** Whether an existing file is replaced; a folder never is. Default: no. */
  readonly force?: boolean
}

export interface WriteReport {
  readonly sentences: number
  /** What the format could not keep, for the user. */
  readonly losses: readonly Loss[]
}

/**
 * Writes a corpus as sentences come: a file, or a folder of documents (`brat`). It appears when all are written. If anything fails, nothing is left.
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
  const target = await createTarget(path, options.format, options)
  let count = 0
  try {
    for await (const sentence of sentences) {
      await target.write(sentence)
      count++
    }
    await target.commit()
  } catch (error) {
    await target.discard()
    throw error
  }
  return { sentences: count, losses: target.losses.list() }
}
