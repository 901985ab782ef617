import type { Random } from '../../base/random.js'
import type { TrainingConfig } from '../../config/schema.js'

/** Which sentences an epoch trains on. */
export interface Sampler {
  /** How often each sentence comes in an epoch on average; 0 or more. `[sentences]` */
  readonly rates: Float64Array
  /** Sentences an epoch has on average, at least 1. */
  readonly expected: number
  /**
   * Draws an epoch: indices of sentences in rising order, one that is repeated several times in a row. Never empty.
   * The draws depend on the generator alone.
   */
  draw(random: Random): number[]
}

/** Updates in an epoch of this many sentences. */
export function stepsPerEpoch(
  sentences: number,
  { batchSize, accumulate }: { readonly batchSize: number; readonly accumulate: number },
): number {
  return Math.ceil(Math.ceil(sentences / batchSize) / accumulate)
}

/**
 * Over- or under-sampling of sentences by what types they hold; `undefined` where every epoch has each sentence once.
 *
 * - `oversample`: repeat factors (Gupta et al. 2019, §4.1). A type that a share f of the sentences holds has the factor
 *   √(threshold / f) where that is above 1, at most `maxRepeat`; a sentence has that of its rarest type, and 1 without
 *   any.
 * - `undersample`: a sentence without an entity is kept with probability `keepEmpty`; one whose rarest type a share f of
 *   the sentences holds with probability √(thinAbove / f) where that is below 1, the factor of `oversample` turned
 *   round. Without `thinAbove` every sentence with an entity is kept.
 *
 * A factor of 2.3 is two or three times, three with probability 0.3, drawn again every epoch.
 *
 * @param sentences gold tag ids; those below 0 stand for no certain tag
 * @param tags the model's tags by id
 * @param weights what each sentence's factor is multiplied by, if not 1; `[sentences]`
 */
export function createSampler(
  config: TrainingConfig['sampling'],
  sentences: Sentences,
  tags: readonly string[],
  weights: readonly number[] = [],
): Sampler | undefined {
  const isWeighted = weights.some(weight => weight !== 1)
  if ((config.kind === 'none' && !isWeighted) || sentences.length === 0) return undefined
  const factors =
    config.kind === 'none' ? new Float64Array(sentences.length).fill(1) : factorsOf(config, sentences, tags)
  const rates = isWeighted ? factors.map((factor, i) => factor * weights[i]) : factors
  const expected = Math.max(
    1,
    rates.reduce((sum, rate) => sum + rate, 0),
  )
  return { rates, expected, draw: random => drawEpoch(rates, random) }
}

type Sentences = readonly { readonly tags: Int32Array }[]

function factorsOf(
  config: Exclude<TrainingConfig['sampling'], { readonly kind: 'none' }>,
  sentences: Sentences,
  tags: readonly string[],
): Float64Array {
  const typeOf = tags.map(tag => (tag === 'O' ? undefined : tag.slice(tag.indexOf('-') + 1)))
  const held = sentences.map(sentence => {
    const types = new Set<string>()
    for (const tag of sentence.tags) {
      const type = typeOf[tag]
      if (type !== undefined) types.add(type)
    }
    return types
  })
  return config.kind === 'oversample' ? repeatFactors(held, config) : keptShares(held, config)
}

type Kind<Name> = Extract<TrainingConfig['sampling'], { readonly kind: Name }>
type Held = readonly ReadonlySet<string>[]

function repeatFactors(held: Held, { threshold, maxRepeat }: Kind<'oversample'>): Float64Array {
  return Float64Array.from(rarestShares(held), share =>
    Math.min(maxRepeat, Math.max(1, Math.sqrt(threshold / share))),
  )
}

function keptShares(held: Held, { keepEmpty, thinAbove }: Kind<'undersample'>): Float64Array {
  return Float64Array.from(rarestShares(held), share => {
    if (share === Number.POSITIVE_INFINITY) return keepEmpty
    return thinAbove === null ? 1 : Math.min(1, Math.sqrt(thinAbove / share))
  })
}

/** By sentence: the share of sentences that hold its rarest type; infinite for a sentence without any. */
function rarestShares(held: Held): Float64Array {
  const sentencesWith = new Map<string, number>()
  for (const types of held)
    for (const type of types) sentencesWith.set(type, (sentencesWith.get(type) ?? 0) + 1)
  return Float64Array.from(held, types => {
    let rarest = Number.POSITIVE_INFINITY
    for (const type of types) rarest = Math.min(rarest, (sentencesWith.get(type) ?? 0) / held.length)
    return rarest
  })
}

function drawEpoch(rates: Float64Array, random: Random): number[] {
  const chosen: number[] = []
  for (let index = 0; index < rates.length; index++) {
    const whole = Math.floor(rates[index])
    const part = rates[index] - whole
    const times = whole + (part > 0 && random.float() < part ? 1 : 0)
    for (let n = 0; n < times; n++) chosen.push(index)
  }
  if (chosen.length === 0) chosen.push(random.below(rates.length))
  return chosen
}
