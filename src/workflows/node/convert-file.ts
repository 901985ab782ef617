import { withScheme } from '../../corpus/convert-scheme.js'
import { createWriter } from '../../corpus/create-writer.js'
import { checkReadTwice } from '../../corpus/node/decode-file.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import { type WriteFileOptions, writeSentences } from '../../corpus/node/write-sentences.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { type Loss, LossLog } from '../../corpus/sentence-writer.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import type { Scheme } from '../../tags/scheme.js'

export interface Conversion extends WriteFileOptions {
  /** A file to write, or what takes the text piece by piece. */
  readonly out: string | ((text: string) => void)
  /** Default: tags stay as they are. */
  readonly scheme?: Scheme
}

export interface ConversionReport {
  readonly sentences: number
  /** The scheme detected in the source, if another one was asked for. */
  readonly from: Scheme | null
  /** What the format or the scheme has no place for. */
  readonly losses: readonly Loss[]
}

/**
 * Writes a corpus in another format or tagging scheme. With a scheme the file is read once before, to detect its own.
 * @throws CorpusError as `readSentences` and `writeSentences`
 */
export async function convertFile(
  input: string,
  { out, scheme, ...writing }: Conversion,
  reading: ReadOptions = {},
): Promise<ConversionReport> {
  const losses = new LossLog()
  if (scheme !== undefined) await checkReadTwice(input)
  const from = scheme === undefined ? null : await detectScheme(input, reading)
  async function* converted(): AsyncGenerator<Sentence> {
    for await (const sentence of readSentences(input, { ...reading, fields: true }))
      yield from === null || scheme === undefined ? sentence : withScheme(sentence, from, scheme, losses)
  }
  const written =
    typeof out === 'string'
      ? await writeSentences(out, converted(), writing)
      : await passOn(converted(), out, writing)
  return { sentences: written.sentences, from, losses: [...losses.list(), ...written.losses] }
}

/** The scheme of a labeled file, read once for it without notes. */
export async function detectScheme(path: string, reading: ReadOptions): Promise<Scheme> {
  const detector = new SchemeDetector()
  for await (const { tags } of readSentences(path, { ...reading, onNote: undefined })) detector.add(tags)
  return detector.result().scheme
}

async function passOn(
  sentences: AsyncIterable<Sentence>,
  take: (text: string) => void,
  { format, ...options }: WriteFileOptions,
) {
  const writer = createWriter(format, options)
  let count = 0
  for await (const sentence of sentences) {
    take(writer.write(sentence))
    count++
  }
  if (writer.end) take(writer.end())
  return { sentences: count, losses: writer.losses.list() }
}
