import { AtomicFile } from '../../base/node/atomic-file.js'
import { checkNewOutput } from '../../base/node/output-file.js'
import { DocumentNumbers, streamSurroundings } from '../../corpus/surroundings.js'
import { inBatches } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { type PlainTexts, unlabeledSentences } from './train-vectors.js'

export interface LabelRequest extends PlainTexts {
  readonly out: string
  readonly force?: boolean
  /** Entities that score less are left out. */
  readonly minScore?: number
  /** Whether only what was found counts as labeled: what a list does not know may still be a name. */
  readonly partial?: boolean
}

export interface LabelReport {
  readonly out: string
  /** Sentences that were written, and of those that were read. */
  readonly sentences: number
  readonly read: number
  readonly entities: Readonly<Record<string, number>>
}

const SENTENCES_AT_ONCE = 256

/**
 * Labels texts with what a recognizer finds, and writes them as JSON lines of tokens, tags (BIO) and numbers of documents, whole or
 * not at all.
 * With `partial`, records say that only the tokens of entities are labeled (distant supervision), and sentences without one
 * are left out, since they would teach nothing.
 *
 * @throws InputError `output/place`, `vectors/text`; CorpusError as the readers
 */
export async function labelCorpus(tagger: Recognizer, request: LabelRequest): Promise<LabelReport> {
  const { out, force, partial = false, minScore = 0 } = request
  checkNewOutput(out, force)
  const file = await AtomicFile.create(out)
  const entities: Record<string, number> = Object.create(null)
  const documents = new DocumentNumbers()
  let [written, read] = [0, 0]
  try {
    const sentences = streamSurroundings(unlabeledSentences(request), tagger.info.context ?? 0)
    for await (const batch of inBatches(sentences, SENTENCES_AT_ONCE)) {
      const found = await tagger.tagTokens(batch)
      for (const [i, { spans }] of found.entries()) {
        const own = spans.filter(({ score }) => score >= minScore)
        const document = documents.of(batch[i])
        read++
        if (partial && own.length === 0) continue
        for (const { type } of own) entities[type] = (entities[type] ?? 0) + 1
        await file.write(`${JSON.stringify({ ...recordOf(batch[i].tokens, own, partial), document })}\n`)
        written++
      }
    }
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
  return { out, sentences: written, read, entities: { ...entities } }
}

function recordOf(tokens: readonly string[], spans: readonly TokenSpan[], partial: boolean) {
  const tags = encodeSpans(spans, tokens.length, 'BIO')
  return { tokens, tags, ...(partial && { annotated: spans.map(({ start, end }) => [start, end]) }) }
}
