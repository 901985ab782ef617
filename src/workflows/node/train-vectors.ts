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
export async function* plainSentences(texts: PlainTexts): AsyncGenerator<readonly string[]> {
  for await (const { tokens } of sentencesOf(texts)) yield tokens
}

/**
 * As `plainSentences`, with the document that each sentence is in: a text is one, and a corpus has those that it marks.
 * Sentences without a token are left out.
 */
export async function* unlabeledSentences(texts: PlainTexts): AsyncGenerator<Sentence> {
  for await (const sentence of sentencesOf(texts)) if (sentence.tokens.length > 0) yield sentence
}

async function* sentencesOf({
  paths,
  tokens: isCut = false,
  reading,
  normalize = {},
}: PlainTexts): AsyncGenerator<Sentence> {
  const isNormal = Object.values(normalize).some(Boolean)
  const own = (tokens: readonly string[]) =>
    isNormal ? tokens.map(token => normalizeToken(token, normalize)) : tokens
  for (const file of paths)
    if (isCut || file === '-' || /\.(txt|md)(\.gz)?$/i.test(file))
      for await (const tokens of textSentences(file, isCut))
        yield { tokens: own(tokens), tags: [], lines: [], file }
    else
      for await (const sentence of readSentences(file, { ...reading, columns: false })) {
        const { tokens, document, documentName, text, file: part = file } = sentence
        yield { tokens: own(tokens), tags: [], lines: [], document, documentName, text, file: part }
      }
}
