import { statSync } from 'node:fs'
import { checkNewOutput, writeOutput } from '../../base/node/output-file.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { isVectorWord } from '../../encode/fixed-vectors.js'
import { type VectorForm, vectorFile, vectorFormOf } from '../../encode/node/write-vectors.js'
import { type NormalizeOptions, normalizeToken } from '../../text/normalize.js'
import { textSentences } from '../../vectors/node/text-sentences.js'
import { trainVectors, type VectorProgress } from '../../vectors/node/train-vectors.js'
import { type VectorSettings, vectorSettings } from '../../vectors/settings.js'

/** How texts without labels are read. */
export interface PlainTexts {
  readonly paths: readonly string[]
  /** Spaces stand between tokens, and each line is a sentence. */
  readonly tokens?: boolean
  /** How corpora are read: files that do not end in `.txt` or `.md`, unless `tokens` is set. */
  readonly reading?: ReadOptions
  readonly normalize?: NormalizeOptions
}

export interface TrainVectorsRequest extends PlainTexts {
  readonly out: string
  readonly form?: VectorForm
  readonly force?: boolean
  readonly settings: Partial<VectorSettings>
  readonly onProgress?: (progress: VectorProgress) => void
}

/** What vectors were trained on, and how many there are. */
export interface TrainVectorsReport {
  readonly out: string
  readonly form: VectorForm
  readonly bytes: number
  readonly settings: VectorSettings
  readonly words: number
  /** Words that were left out of the file since they have white space in them. */
  readonly withSpaces: number
  /** Runs of characters that have a vector. */
  readonly subwords: number
  readonly sentences: number
  /** Tokens of the text, and those of them that are words with vectors. */
  readonly tokens: number
  readonly kept: number
  readonly seconds: number
  /** Seconds of CPU time of training in all threads. */
  readonly cpuSeconds: number
  /** Tokens of all passes per second of training. */
  readonly tokensPerSecond: number
}

/**
 * Trains word vectors on texts and writes them whole or not at all.
 * @throws InputError `output/place`, `vectors/settings`, `vectors/text`, `vectors/size`; CorpusError as the readers
 */
export async function trainVectorFile(request: TrainVectorsRequest): Promise<TrainVectorsReport> {
  const { out, force, onProgress } = request
  const settings = vectorSettings(request.settings)
  checkNewOutput(out, force)
  const form = request.form ?? vectorFormOf(out)
  const trained = await trainVectors(plainSentences(request), settings, { near: out, onProgress })
  writeOutput(out, vectorFile(trained, form, trained.subwords))
  const { rows, subwords, sentences, tokens, kept, seconds, cpuSeconds } = trained
  const withSpaces = [...rows.keys()].filter(word => !isVectorWord(word)).length
  return {
    ...{ out, form, bytes: statSync(out).size, settings, words: rows.size - withSpaces, withSpaces },
    ...{ subwords: subwords?.buckets.length ?? 0, sentences, tokens, kept, seconds, cpuSeconds },
    tokensPerSecond: (settings.epochs * tokens) / Math.max(seconds, 1e-9),
  }
}

/**
 * The sentences of texts without labels, one text after the other; labels of corpora are not looked at. Memory does not
 * grow with the texts.
 * @throws InputError `vectors/text`; CorpusError as `readSentences`
 */
export async function* plainSentences({
  paths,
  tokens = false,
  reading,
  normalize = {},
}: PlainTexts): AsyncGenerator<readonly string[]> {
  const isNormal = Object.values(normalize).some(Boolean)
  const own = (sentence: readonly string[]) =>
    isNormal ? sentence.map(token => normalizeToken(token, normalize)) : sentence
  for (const path of paths)
    if (tokens || path === '-' || /\.(txt|md)(\.gz)?$/i.test(path))
      for await (const sentence of textSentences(path, tokens)) yield own(sentence)
    else
      for await (const sentence of readSentences(path, { ...reading, columns: false }))
        yield own(sentence.tokens)
}

/** Sentences without labels; those without a token are left out. */
export async function* unlabeled(sentences: AsyncIterable<readonly string[]>): AsyncGenerator<Sentence> {
  for await (const tokens of sentences) if (tokens.length > 0) yield { tokens, tags: [], lines: [] }
}
