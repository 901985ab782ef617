import { cutSentences } from '../../corpus/cut-sentences.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { streamSurroundings } from '../../corpus/surroundings.js'
import { annotatedText, textReadings } from '../../recognize/annotated-text.js'
import { inBatches, tagCut } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import type { Prediction } from '../prediction.js'

const SENTENCES_AT_ONCE = 256

/**
 * Tags the sentences of a corpus file; their tokens are taken as they are, their tags are ignored. Offsets are into the
 * sentence's own text if it has one, else into its tokens joined by spaces.
 * @param nBest the number of each sentence's readings; none without it
 * @throws CorpusError as the readers do; EncodeError if the file's columns are not those of the training corpus
 */
export async function* predictFile(
  tagger: Recognizer,
  file: string,
  reading: ReadOptions = {},
  nBest?: number,
): AsyncGenerator<Prediction> {
  const tag = (batch: readonly Sentence[]) =>
    nBest === undefined ? tagBatch(tagger, batch) : readBatch(tagger, batch, nBest)
  const columns = tagger.info.columns.length > 0
  const read = readSentences(file, { ...reading, columns, fields: true, tagColumn: 'none' })
  const sentences = streamSurroundings(read, tagger.info.context ?? 0)
  let isChecked = false
  for await (const batch of inBatches(sentences, SENTENCES_AT_ONCE)) {
    if (!isChecked) tagger.checkColumns(batch)
    isChecked = true
    yield* await tag(batch)
  }
}

async function tagBatch(tagger: Recognizer, batch: readonly Sentence[]): Promise<Prediction[]> {
  const found = await tagCut(tagger, cutSentences(batch))
  return found.map((tagging, i) => {
    const { text, tokens } = placed(batch[i])
    const whole = { start: 0, end: text.length, tokens }
    return { annotated: annotatedText(text, [whole], [tagging]), source: batch[i] }
  })
}

async function readBatch(tagger: Recognizer, batch: readonly Sentence[], n: number): Promise<Prediction[]> {
  const { parts, gather } = cutSentences(batch)
  const found = gather(await tagger.nBest(parts, n))
  return found.map((alternatives, i) => {
    const { text, tokens } = placed(batch[i])
    let next = 0
    const sentences = alternatives.map(([{ tags }]) => {
      const own = tokens.slice(next, next + tags.length)
      next += tags.length
      return own
    })
    const ranges = sentences.map(own =>
      sentences.length === 1
        ? { start: 0, end: text.length, tokens: own }
        : { start: own[0].start, end: own[own.length - 1].end, tokens: own },
    )
    return { annotated: textReadings(text, ranges, alternatives), source: batch[i] }
  })
}

function placed({ tokens, text, offsets }: Sentence) {
  if (text !== undefined && offsets !== undefined)
    return { text, tokens: tokens.map((token, i) => ({ text: token, ...offsets[i] })) }
  let at = 0
  return {
    text: tokens.join(' '),
    tokens: tokens.map(token => {
      const start = at
      at += token.length + 1
      return { text: token, start, end: start + token.length }
    }),
  }
}
