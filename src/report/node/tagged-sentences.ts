import { formatPlace } from '../../base/fault.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import { placeOf, type Sentence } from '../../corpus/sentence.js'
import { textOf } from '../../corpus/sentence-text.js'
import { type ScoredSentence, spanReader } from '../../evaluate/scored-sentence.js'
import { predictCorpus, type TaggedPair, type TokenTagger } from '../../recognize/predict-corpus.js'
import type { Scheme } from '../../tags/scheme.js'
import { withoutTypes } from '../../tags/tagging.js'

/**
 * Tags labeled sentences and yields each with its gold and its predicted entities, and the predicted tags.
 * @param options `name`: the corpus's file name; `unscored`: types that the corpus does not mark, of which nothing is kept
 * @throws EncodeError for columns that are not those of the training corpus
 */
export async function* taggedSentences(
  tagger: TokenTagger<Sentence>,
  sentences: readonly Sentence[],
  scheme: Scheme,
  { name, unscored }: { readonly name: string; readonly unscored?: ReadonlySet<string> },
): AsyncGenerator<{
  readonly scored: ScoredSentence
  readonly tags: Pick<TaggedPair, 'gold' | 'predicted'>
}> {
  const read = spanReader('conlleval', scheme)
  const marked = {
    tagTokens: async (parts: readonly Sentence[]) => withoutTypes(await tagger.tagTokens(parts), unscored),
    ...(tagger.info && { info: tagger.info }),
  }
  let at = 0
  for await (const { tokens, gold, predicted, spans } of predictCorpus(marked, sentences, scheme)) {
    const sentence = sentences[at++]
    const where = formatPlace(placeOf(sentence, 0, name))
    const { text, offsets } = textOf(exactTokens(sentence))
    const scored = { tokens, gold: read(gold), predicted: spans, where, text, offsets }
    yield { scored, tags: { gold, predicted } }
  }
}
