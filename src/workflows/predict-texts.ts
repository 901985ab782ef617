import type { Tagger } from '../recognize/tagger.js'
import type { Prediction } from './prediction.js'

/** The tagged texts of a stream. @param nBest the number of each sentence's readings; none without it */
export async function* predictTexts(
  tagger: Tagger,
  texts: AsyncIterable<string> | Iterable<string>,
  nBest?: number,
): AsyncGenerator<Prediction> {
  const found = nBest === undefined ? tagger.annotate(texts) : tagger.annotateNBest(texts, nBest)
  for await (const annotated of found) yield { annotated }
}
