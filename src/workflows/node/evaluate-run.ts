import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import type { EntityFit } from '../../corpus/entity-fit.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { otherCutNotes } from '../../corpus/segmentation.js'
import type { Sentence } from '../../corpus/sentence.js'
import { type CharacterReport, characterReport } from '../../evaluate/character-report.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import type { SourceReport, SourceTally } from '../../evaluate/source-tally.js'
import { coarseTypes } from '../../recognize/annotated-text.js'
import { characterSpans } from '../../recognize/character-spans.js'
import { predictCorpus, type TaggedPair } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { countedParts } from '../../report/node/counted-parts.js'
import { type RawScores, scoreRaw } from '../../report/node/raw-scores.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { mapTypes, type TypeMap } from '../../tags/type-map.js'
import { checkTypeMap } from '../type-map.js'
import { typeNotes } from '../type-notes.js'
import { loadLabeled } from './labeled-corpus.js'

export interface Evaluation {
  readonly scores: Scores
  readonly fit: EntityFit
  readonly characters?: CharacterReport
  readonly raw?: RawScores
  /** Where the recognizer has several parts: what each found, and where they disagreed. */
  readonly parts?: SourceReport
}

/**
 * Tags a labeled corpus and scores the result.
 * @param options `characters`: also score single characters, for a tagger that labels characters; `raw`: also tag the
 *   corpus's text by itself, without its tokens and sentences; `map`: types that count as others, gold and
 *   predicted ones; `coarse`: all in the tagger's coarse view
 * @throws InputError `predict/coarse`, `score/map`; `evaluate/characters` for characters of another tagger, and as `scoreRaw`; CorpusError as the
 *   readers do, and for a corpus without labels; EncodeError for columns that are not those of the training corpus
 */
export async function evaluateOn(
  tagger: Recognizer,
  path: string,
  options: {
    readonly mode: ScoreMode
    readonly reading?: ReadOptions
    readonly characters?: boolean
    readonly raw?: boolean
    readonly map?: TypeMap
    readonly coarse?: boolean
  },
): Promise<Evaluation> {
  const { unit } = tagger.info
  if (options.characters && unit !== 'character')
    throw new InputError('evaluate/characters', {
      where: option('characters'),
      expected: 'a tagger that labels characters',
      got: `one of ${unit}s`,
      remedy: 'leave it out: this tagger gives no label to single characters',
    })
  const { mode } = options
  const corpus = await loadLabeled(path, options.reading ?? {})
  const { scheme, sentences, fit } = corpus
  tagger.checkColumns(sentences)
  for (const note of otherCutNotes(path, sentences, tagger.tokenizer.segmentation))
    options.reading?.onNote?.(note)
  const read = spanReader(mode, scheme)
  const map = options.coarse ? coarseTypes(tagger.info) : (options.map ?? new Map())
  if (options.map) checkTypeMap(options.map, typesOf(tagger, sentences, read), 'the model and the corpus')
  const { tagger: counted, tally } = countedParts(tagger, map)
  const pairs = tallied(predictCorpus(counted, sentences, scheme), read, map, tally)
  const scores =
    map.size === 0
      ? await scorePairs(pairs, { mode, scheme })
      : await scorePairs(mappedPairs(pairs, read, map), { mode, scheme: 'BIO' })
  const known = new Set(tagger.info.types.map(type => map.get(type) ?? type))
  for (const note of typeNotes(path, scores.exact.types, known)) options.reading?.onNote?.(note)
  const f1 = scores.exact.micro.f1
  const raw = options.raw ? await scoreRaw(tagger, corpus, { mode, f1, map }) : undefined
  const characters = options.characters ? characterReport(await characterSpans(tagger, sentences)) : undefined
  const parts = tally.result()
  return { scores, fit, ...(characters && { characters }), ...(raw && { raw }), ...(parts && { parts }) }
}

/** The types of a model and of a corpus. */
function typesOf(
  { info }: Recognizer,
  sentences: readonly Sentence[],
  read: (tags: readonly string[]) => TokenSpan[],
): ReadonlySet<string> {
  const types = new Set(info.types)
  for (const { tags } of sentences) for (const { type } of read(tags)) types.add(type)
  return types
}

/** Counts which part of the recognizer found what, while the pairs pass. */
async function* tallied(
  pairs: AsyncIterable<TaggedPair>,
  read: (tags: readonly string[]) => TokenSpan[],
  map: TypeMap,
  tally: SourceTally,
): AsyncGenerator<TaggedPair> {
  for await (const pair of pairs) {
    tally.add(mapTypes(read(pair.gold), map), mapTypes(pair.spans, map))
    yield pair
  }
}

/** Gold and predicted tags with their types mapped, as BIO: entities that are of one type now may stand side by side. */
async function* mappedPairs(
  pairs: AsyncIterable<TaggedPair>,
  read: (tags: readonly string[]) => TokenSpan[],
  map: TypeMap,
): AsyncGenerator<Pick<TaggedPair, 'gold' | 'predicted'>> {
  for await (const { gold, predicted } of pairs) {
    const mapped = (tags: readonly string[]) => encodeSpans(mapTypes(read(tags), map), tags.length, 'BIO')
    yield { gold: mapped(gold), predicted: mapped(predicted) }
  }
}
