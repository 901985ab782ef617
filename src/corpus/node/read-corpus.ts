import type { Note } from '../../base/fault.js'
import type { Format } from '../../base/format-names.js'
import { type DetectedScheme, SchemeDetector } from '../../tags/detect-scheme.js'
import type { Encoding } from '../decode.js'
import { byteFormatOf, readBytes } from '../read-bytes.js'
import type { ReadOptions } from '../read-options.js'
import { readText } from '../read-text.js'
import type { Sentence } from '../sentence.js'
import { standsForSeveral } from './corpus-files.js'
import { decodeFile } from './decode-file.js'
import { openBytes } from './open-bytes.js'
import { bratPair, readBratPair } from './read-brat-pair.js'
import { readFiles } from './read-files.js'
import type { ReadReport } from './read-report.js'

/**
 * Streams a corpus sentence by sentence. Memory does not grow with the file.
 * @param path a file; a folder, for the corpus files in it; or a pattern (`data/*.jsonl`) for those that match
 * @throws CorpusError for a missing file, a pattern that matches nothing, wrong bytes, faulty rows (together, at the end), no sentence
 *
 * @example
 * for await (const sentence of readSentences('train.conll')) console.log(sentence.tokens.join(' '))
 */
export function readSentences(path: string, options: ReadOptions & ReadReport = {}): AsyncIterable<Sentence> {
  return standsForSeveral(path) ? readFiles(path, options, readFile) : readFile(path, options)
}

async function* readFile(path: string, options: ReadOptions & ReadReport): AsyncGenerator<Sentence> {
  const { format } = options
  const pair = format === undefined || format === 'brat' ? bratPair(path) : undefined
  if (pair) yield* readBratPair(pair, path, options)
  else if (format === 'brat') yield* readBratPair({ text: path }, path, options)
  else if (!(yield* readIfBytes(path, options))) yield* readText(decodeFile(path, options), path, options)
}

/** Reads a file of bytes. @returns whether it is one */
async function* readIfBytes(
  path: string,
  options: ReadOptions & ReadReport,
): AsyncGenerator<Sentence, boolean> {
  const file = await openBytes(path)
  if (file === undefined) return false
  try {
    const format = await byteFormatOf(file.source, path, options.format)
    if (format !== undefined) yield* readBytes(file.source, format, path, options)
    return format !== undefined
  } finally {
    await file.close()
  }
}

/** A whole corpus in memory. */
export interface Corpus {
  readonly path: string
  readonly format: Format
  readonly encoding: Encoding
  /** The scheme that fits the tags best, and how well it fits. */
  readonly scheme: DetectedScheme
  readonly sentences: readonly Sentence[]
  /** Names of the further columns, in the file's order. */
  readonly columns: readonly string[]
  /** What was guessed or left out, for the user. */
  readonly notes: readonly Note[]
}

/**
 * Reads a whole corpus file.
 * @throws CorpusError as `readSentences`
 *
 * @example
 * const { sentences, scheme } = await loadCorpus('train.conll')
 */
export async function loadCorpus(path: string, options: ReadOptions = {}): Promise<Corpus> {
  const detector = new SchemeDetector()
  const sentences: Sentence[] = []
  const notes: Note[] = []
  const found: { format: Format; encoding: Encoding } = { format: 'conll', encoding: 'utf-8' }
  const reading = readSentences(path, {
    ...options,
    onNote: note => {
      notes.push(note)
      options.onNote?.(note)
    },
    onFormat: format => void (found.format = format),
    onEncoding: encoding => void (found.encoding = encoding),
  })
  for await (const sentence of reading) {
    detector.add(sentence.tags)
    sentences.push(sentence)
  }
  const columns = Object.keys(sentences[0]?.columns ?? {})
  return Object.freeze({ path, ...found, scheme: detector.result(), sentences, columns, notes })
}
