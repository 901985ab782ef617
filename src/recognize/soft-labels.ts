/** What one or several trained taggers say about text without labels, for another model to learn from. */
import { InputError } from '../base/errors.js'
import type { Config } from '../config/schema.js'
import type { Sentence } from '../corpus/sentence.js'
import { Decoder } from '../decode/decoder.js'
import type { SentenceInput } from '../model/inputs/sentence.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { Scheme } from '../tags/scheme.js'
import { softTags } from '../tags/soft-tags.js'
import type { Recognizer } from './recognizer.js'

/** What the labels of some teachers are. */
export interface TaughtTags {
  readonly scheme: Config['tags']['scheme']
  readonly types: readonly string[]
  /** As the first teacher orders them. */
  readonly tags: readonly string[]
}

/** Recognizers that have no probability for each tag of each token. */
const UNTRAINED: readonly string[] = ['rules', 'combination', 'spans']

function isOfModels(scheme: Scheme): scheme is TaughtTags['scheme'] {
  return scheme !== 'BMES' && scheme !== 'BMEWO'
}

/**
 * The tags that some teachers have in common.
 * @throws InputError `distill/teachers` for none, for one without probabilities, and for some with different tags
 */
export function taughtTags(teachers: readonly Pick<Recognizer, 'info'>[]): TaughtTags {
  const refuse = (expected: string, got: string) =>
    new InputError('distill/teachers', { where: 'teachers', expected, got })
  if (teachers.length === 0) throw refuse('at least one trained tagger', 'none')
  const untrained = teachers.find(({ info }) => UNTRAINED.includes(info.recognizer))
  if (untrained)
    throw refuse(
      'trained taggers, which have probabilities of tags',
      `a model of kind ${untrained.info.recognizer}`,
    )
  const [{ scheme, types, tags }] = teachers.map(({ info }) => info)
  if (!isOfModels(scheme)) throw refuse('a scheme that models are trained in', scheme)
  const listed = (own: readonly string[]) => [...own].sort().join(', ')
  const other = teachers.find(({ info }) => info.scheme !== scheme || listed(info.tags) !== listed(tags))
  if (other)
    throw refuse(
      `teachers with the same types and scheme: ${listed(types)} in ${scheme}`,
      `one with ${listed(other.info.types)} in ${other.info.scheme}`,
    )
  return { scheme, types, tags }
}

/**
 * Labels sentences with what the teachers believe: each token's tags with the mean of the teachers' probabilities, and
 * the likeliest legal tags as labels, in BIO.
 *
 * @throws as `taughtTags` and `tagProbabilities`
 * @example
 * const [sentence] = await softLabels([tagger], [{ tokens: ['Ada', 'wrote'] }])
 * sentence.soft // [{ 'S-PER': 0.97, O: 0.03 }, { O: 1 }]
 */
export async function softLabels(
  teachers: readonly Pick<Recognizer, 'info' | 'tagProbabilities'>[],
  sentences: readonly SentenceInput[],
): Promise<Sentence[]> {
  const { scheme, tags } = taughtTags(teachers)
  const means = sentences.map(({ tokens }) => new Float64Array(tokens.length * tags.length))
  for (const teacher of teachers) {
    const ids = teacher.info.tags.map(tag => tags.indexOf(tag))
    const found = await teacher.tagProbabilities(sentences)
    found.forEach((own, i) => {
      own.forEach((probability, at) => {
        const token = Math.floor(at / tags.length)
        means[i][token * tags.length + ids[at % tags.length]] += probability / teachers.length
      })
    })
  }
  const decoder = new Decoder(tags, scheme, { constrained: true })
  return sentences.map(({ tokens }, i) => {
    const scores = Float32Array.from(means[i], probability => Math.log(Math.max(probability, 1e-12)))
    return {
      tokens,
      tags: encodeSpans(decoder.find(scores, tokens.length).spans, tokens.length, 'BIO'),
      soft: softTags(means[i], tags),
      lines: [],
    }
  })
}
