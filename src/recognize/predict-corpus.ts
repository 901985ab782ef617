import { type CutSentences, cutSentences } from '../corpus/cut-sentences.js'
import { edgesOf, exactTokens, refineTokens } from '../corpus/refine-tokens.js'
import type { Sentence } from '../corpus/sentence.js'
import { streamSurroundings } from '../corpus/surroundings.js'
import type { ScoredSpan } from '../decode/decoder.js'
import type { Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { joinTaggings, type Tagging, toScheme } from '../tags/tagging.js'
import { checkTagOptions } from './arguments.js'

/** What tags sentences: a recognizer, or a function that leaves out the scores, which take longer. */
export interface TokenTagger<Input, Span extends TokenSpan = ScoredSpan> {
  tagTokens(sentences: readonly Input[]): Promise<readonly Tagging<Span>[]>
  /** How many tokens around a sentence it reads; absent: none. */
  readonly info?: { readonly context?: number }
}

/** Gold and predicted tags of a sentence, both in the corpus's scheme. */
export interface TaggedPair<Span extends TokenSpan = ScoredSpan> {
  /** What the tags and spans are of: the sentence's tokens, cut where a gold entity begins or ends inside one. */
  readonly tokens: readonly string[]
  readonly gold: readonly string[]
  readonly predicted: readonly string[]
  /** The entities that `predicted` stands for. */
  readonly spans: readonly Span[]
}

export interface PredictOptions {
  /** Leaves out entities that score less; default: 0. Their tokens become `O`. */
  readonly minScore?: number
  /** Stops between two batches of sentences; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** Sentences that are tagged at a time. */
export const SENTENCES_AT_ONCE = 1024

/**
 * Tags labeled sentences and yields gold beside predicted tags, streaming. A record of running text with several
 * sentences is tagged sentence by sentence, as `tag` does, and stays one pair. The recognizer sees the tokens that it would
 * find in the text; an entity that begins or ends inside one of them cannot be found, and counts as missed.
 *
 * @param scheme the corpus's
 * @throws InputError `predict/argument` for options that are none; the signal's reason
 * @example
 * const scores = await scorePairs(predictCorpus(tagger, sentences, 'BIO'), { scheme: 'BIO' })
 */
export async function* predictCorpus<Span extends TokenSpan>(
  recognizer: TokenTagger<Sentence, Span>,
  sentences: AsyncIterable<Sentence> | Iterable<Sentence>,
  scheme: Scheme,
  { minScore = 0, signal }: PredictOptions = {},
): AsyncGenerator<TaggedPair<Span>> {
  checkTagOptions({ minScore, signal })
  signal?.throwIfAborted()
  const surrounded = streamSurroundings(sentences, recognizer.info?.context ?? 0)
  for await (const batch of inBatches(surrounded, SENTENCES_AT_ONCE)) {
    signal?.throwIfAborted()
    const found = await tagCut(recognizer, cutSentences(batch))
    yield* found.map((tagging, i) => {
      return scoredPair(batch[i], inScheme(confident(tagging, minScore), scheme))
    })
  }
}

/** A tagging without the entities that score less. */
function confident<Span extends TokenSpan & { readonly score?: number }>(
  tagging: Tagging<Span>,
  minScore: number,
): Tagging<Span> {
  const low = tagging.spans.filter(({ score = 1 }) => score < minScore)
  if (low.length === 0) return tagging
  const tags = [...tagging.tags]
  for (const { start, end } of low) tags.fill('O', start, end)
  return { ...tagging, tags, spans: tagging.spans.filter(span => !low.includes(span)) }
}

/** The tags of a sentence beside its gold tags, on tokens that can say exactly what both say. */
export function scoredPair<Span extends TokenSpan>(
  sentence: Sentence,
  { tags, spans }: Tagging<Span>,
): TaggedPair<Span> {
  const { tokens, entities, offsets } = sentence
  if (entities === undefined || offsets === undefined)
    return { tokens, gold: sentence.tags, predicted: tags, spans }
  const gold = exactTokens(sentence)
  const predicted = refineTokens({ ...sentence, tags, entities: undefined }, edgesOf(entities))
  const firsts = new Map(gold.offsets?.map(({ start }, i) => [start, i]))
  const lasts = new Map(gold.offsets?.map(({ end }, i) => [end, i]))
  return {
    tokens: gold.tokens,
    gold: gold.tags,
    predicted: predicted.tags,
    spans: spans.map(span => ({
      ...span,
      start: firsts.get(offsets[span.start].start) ?? 0,
      end: (lasts.get(offsets[span.end - 1].end) ?? 0) + 1,
    })),
  }
}

/** The one path from sentences to taggings: tags the parts that sentences were cut into, and joins what was found. */
export async function tagCut<Input, Span extends TokenSpan>(
  recognizer: TokenTagger<Input, Span>,
  { parts, gather }: CutSentences<Input>,
): Promise<Tagging<Span>[]> {
  return gather(await recognizer.tagTokens(parts)).map(joinTaggings)
}

/**
 * A tagging as a corpus in a scheme would have it. Two entities that the scheme cannot separate become one, which has
 * the lower score of the two.
 * @param written as for `toScheme`
 */
export function inScheme<Span extends TokenSpan & { readonly score?: number }>(
  tagging: Tagging<Span>,
  scheme: Scheme,
  written?: Scheme,
): Tagging<Span> {
  return toScheme(tagging, scheme, {
    written,
    merge: (first, { end, score }) => ({
      ...first,
      end,
      ...(score !== undefined && { score: Math.min(first.score ?? score, score) }),
    }),
  })
}

export async function* inBatches<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
