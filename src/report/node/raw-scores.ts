import { InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import type { Sentence } from '../../corpus/sentence.js'
import { EntityMatcher, type EntityScores } from '../../evaluate/entity-matcher.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { predictRaw } from '../../recognize/predict-raw.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import type { Scheme } from '../../tags/scheme.js'
import { mapTypes, type TypeMap } from '../../tags/type-map.js'

/** How well a recognizer finds the entities of a corpus in its text alone. Overlaps are counted in characters. */
export interface RawScores extends EntityScores {
  readonly texts: number
  readonly sentences: number
  /** Sentences without a text of their own: theirs was put together from their tokens. */
  readonly detokenized: number
  /** F1 on the text minus F1 on the given tokens; `null` where one of them is. */
  readonly difference: number | null
}

/**
 * Tags the text of a corpus as `tag` tags any text and scores the entities by their offsets.
 * @param f1 on the corpus's own tokens
 * @param map types that count as others
 * @throws InputError `evaluate/raw` for a tagger that needs columns, which a text does not have
 */
export async function scoreRaw(
  tagger: Pick<Recognizer, 'annotate' | 'info'>,
  { sentences, scheme }: { readonly sentences: readonly Sentence[]; readonly scheme: Scheme },
  {
    mode,
    f1,
    map = new Map(),
  }: { readonly mode: ScoreMode; readonly f1: number | null; readonly map?: TypeMap },
): Promise<RawScores> {
  const { columns } = tagger.info
  if (columns.length > 0)
    throw new InputError('evaluate/raw', {
      where: option('raw'),
      expected: 'a tagger that needs nothing but text',
      got: `one that needs the ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}`,
      remedy: say`score it on given tokens: ${verb('evaluate')} without ${option('raw')}`,
    })
  const matcher = new EntityMatcher()
  let texts = 0
  for await (const { gold, predicted } of predictRaw(tagger, sentences, spanReader(mode, scheme))) {
    matcher.add(mapTypes(gold, map), mapTypes(predicted, map))
    texts++
  }
  const scores = matcher.result()
  const own = scores.exact.micro.f1
  return {
    texts,
    sentences: sentences.length,
    detokenized: sentences.filter(({ text }) => text === undefined).length,
    difference: own === null || f1 === null ? null : own - f1,
    ...scores,
  }
}
