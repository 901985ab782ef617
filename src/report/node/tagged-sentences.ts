import { formatPlace } from '../../base/fault.js'
import { placeOf, type Sentence } from '../../corpus/sentence.js'
import { type ScoredSentence, spanReader } from '../../evaluate/scored-sentence.js'
import { predictCorpus, type TaggedPair } from '../../recognize/predict-corpus.js'
import type { Tagger } from '../../recognize/tagger.js'
import type { Scheme } from '../../tags/scheme.js'

/**
 * Tags labeled sentences and yields each with its gold and its predicted entities, and the predicted tags.
 * @param name the corpus's file name
 * @throws EncodeError for columns that are not those of the training corpus
 */
export async function* taggedSentences(
  tagger: Tagger,
  sentences: readonly Sentence[],
  scheme: Scheme,
  name: string,
): AsyncGenerator<{
  readonly scored: ScoredSentence
  readonly tags: Pick<TaggedPair, 'gold' | 'predicted'>
}> {
  tagger.checkColumns(sentences)
  const read = spanReader('conlleval', scheme)
  let at = 0
  for await (const { tokens, gold, predicted, spans } of predictCorpus(tagger, sentences, scheme)) {
    const where = formatPlace(placeOf(sentences[at++], 0, name))
    yield { scored: { tokens, gold: read(gold), predicted: spans, where }, tags: { gold, predicted } }
  }
}
