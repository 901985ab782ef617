import type { Recognizer } from '../recognize/recognizer.js'
import type { Prediction } from './prediction.js'

/** The tagged texts of a stream. @param nBest the number of each sentence's readings; none without it */
export async function* predictTexts(
  recognizer: Recognizer,
  texts: AsyncIterable<string> | Iterable<string>,
  nBest?: number,
): AsyncGenerator<Prediction> {
  const found = nBest === undefined ? recognizer.annotate(texts) : recognizer.annotateNBest(texts, nBest)
  for await (const annotated of found) yield { annotated }
}
