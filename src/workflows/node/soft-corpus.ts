import { AtomicFile } from '../../base/node/atomic-file.js'
import { checkNewOutput } from '../../base/node/output-file.js'
import { DocumentNumbers, streamSurroundings } from '../../corpus/surroundings.js'
import { inBatches } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { softLabels, taughtTags } from '../../recognize/soft-labels.js'
import { type PlainTexts, unlabeledSentences } from './train-vectors.js'

export interface SoftCorpusRequest extends PlainTexts {
  readonly out: string
  readonly force?: boolean
  /** Called with how many sentences are labeled. */
  readonly onProgress?: (sentences: number) => void
  readonly signal?: AbortSignal
}

export interface SoftCorpusReport {
  readonly out: string
  readonly sentences: number
  readonly tokens: number
}

const SENTENCES_AT_ONCE = 256

/**
 * Labels texts with what the teachers believe, and writes them as JSON lines of tokens, tags, soft tags and numbers of
 * documents, whole or not at all.
 * @throws InputError `output/place`, `vectors/text`, `distill/teachers`; CorpusError as the readers; the signal's reason
 */
export async function writeSoftCorpus(
  teachers: readonly Recognizer[],
  { out, force, onProgress, signal, ...texts }: SoftCorpusRequest,
): Promise<SoftCorpusReport> {
  taughtTags(teachers)
  checkNewOutput(out, force)
  const file = await AtomicFile.create(out)
  const reach = Math.max(...teachers.map(({ info }) => info.context ?? 0))
  const documents = new DocumentNumbers()
  let [sentences, tokens] = [0, 0]
  try {
    const surrounded = streamSurroundings(unlabeledSentences(texts), reach)
    for await (const batch of inBatches(surrounded, SENTENCES_AT_ONCE)) {
      signal?.throwIfAborted()
      for (const [i, { tokens: own, tags, soft }] of (await softLabels(teachers, batch)).entries()) {
        const document = documents.of(batch[i])
        await file.write(`${JSON.stringify({ tokens: own, tags, soft, document })}\n`)
        sentences++
        tokens += own.length
      }
      onProgress?.(sentences)
    }
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
  return { out, sentences, tokens }
}
