import { cutSentences } from '../corpus/cut-sentences.js'
import { joinFound, sayIn } from '../corpus/found-entities.js'
import type { Sentence } from '../corpus/sentence.js'
import type { DecodedSentence, ScoredSpan } from '../decode/decoder.js'
import { expressibleSpans } from '../tags/expressible-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { Tagger } from './tagger.js'

/** Gold and predicted tags of a sentence, both in the corpus's scheme. */
export interface TaggedPair {
  readonly gold: readonly string[]
  readonly predicted: readonly string[]
  /** The entities that `predicted` says, with their probabilities. */
  readonly spans: readonly ScoredSpan[]
}

const SENTENCES_A_BATCH = 1024

/**
 * Tags labeled sentences and yields gold beside predicted, streaming. A record of running text with several sentences
 * is tagged sentence by sentence, as `tag` does, and stays one pair.
 */
export async function* predictCorpus(
  tagger: Tagger,
  sentences: AsyncIterable<Sentence> | Iterable<Sentence>,
  scheme: Scheme,
): AsyncGenerator<TaggedPair> {
  let batch: Sentence[] = []
  for await (const sentence of sentences) {
    batch.push(sentence)
    if (batch.length < SENTENCES_A_BATCH) continue
    yield* await predictBatch(tagger, batch, scheme)
    batch = []
  }
  yield* await predictBatch(tagger, batch, scheme)
}

async function predictBatch(
  tagger: Tagger,
  batch: readonly Sentence[],
  scheme: Scheme,
): Promise<TaggedPair[]> {
  const decoded = await tagSentences(tagger, batch)
  return batch.map(({ tags }, i) => {
    const said = sayIn(scheme, decoded[i], { merge: leastLikely })
    return { gold: tags, predicted: said.tags, spans: said.spans }
  })
}

/** Tags and entities of each sentence, running text read sentence by sentence; offsets are token indices. */
export async function tagSentences(
  tagger: Tagger,
  sentences: readonly Sentence[],
): Promise<DecodedSentence[]> {
  const { parts, gather } = cutSentences(sentences)
  return gather(await tagger.tagTokens(parts)).map(joinFound)
}

/** As `expressibleSpans`; the probability of what was merged is taken as the least of its parts'. */
export function expressible(spans: readonly ScoredSpan[], scheme: Scheme): readonly ScoredSpan[] {
  return expressibleSpans(spans, scheme, leastLikely)
}

function leastLikely(first: ScoredSpan, { end, score }: ScoredSpan): ScoredSpan {
  return { ...first, end, score: Math.min(first.score, score) }
}
