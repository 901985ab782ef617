import type { Random } from '../base/random.js'
import type { Config } from '../config/schema.js'
import { lstmParameters } from '../engine/layers/lstm.js'
import type { ParameterSpec } from '../engine/optim/parameter-store.js'
import { createEncoder, longestWindow } from './encoders/create-encoder.js'
import type { EncoderBlock } from './encoders/encoder-block.js'
import { characterLstmSize } from './inputs/character-lstm.js'
import type { TokenFeatures } from './inputs/token-forms.js'

/** Everything that fixes a tagger's graphs and parameters: its features, its tags and the recipe. */
export interface TaggerDefinition {
  readonly features: TokenFeatures
  /** The model's tags by id, `O` first. */
  readonly tags: readonly string[]
  readonly config: Pick<Config, 'input' | 'encoder' | 'decoder'>
}

export const PARAMETER = {
  characters: 'input.characters',
  characterFilters: 'input.characterFilters',
  characterBias: 'input.characterBias',
  characterStateTable: 'input.characterStates.characters',
  characterStateWeight: 'input.characterStates.weight',
  outputWeight: 'decoder.weight',
  outputBias: 'decoder.bias',
  transitions: 'decoder.transitions',
  start: 'decoder.start',
  end: 'decoder.end',
} as const

/** The encoder's blocks, first to last. */
export function encoderBlocks({ features, config }: TaggerDefinition): readonly EncoderBlock[] {
  return createEncoder(config.encoder, features.dim)
}

/** The most units of a sentence that tagging reads at once; absent: any number. */
export function taggingWindow(definition: TaggerDefinition): number | undefined {
  return longestWindow(encoderBlocks(definition))
}

/** The group of tables that start from pretrained vectors. */
export const PRETRAINED = 'pretrained'

/** Every parameter of the tagger with its shape and how it starts; the order is the order of the random draws. */
export function parameterSpecs(definition: TaggerDefinition): readonly ParameterSpec[] {
  const { features, tags, config } = definition
  const trained = features.lookups.filter(({ fixed }) => !fixed)
  const specs: ParameterSpec[] = trained.map(lookup => ({
    name: lookup.name,
    shape: [lookup.size, lookup.dim],
    initial: lookup.initial ?? embeddingInitial(lookup.dim),
    group: lookup.initial ? PRETRAINED : 'embedding',
    sparseRows: true,
    trainable: lookup.trainable ?? true,
  }))
  if (features.characters) {
    const { size, dim, filters } = features.characters
    const bound = 1 / Math.sqrt(3 * dim)
    specs.push(
      { name: PARAMETER.characters, shape: [size, dim], initial: embeddingInitial(dim), group: 'embedding' },
      { name: PARAMETER.characterFilters, shape: [dim, 3 * filters], initial: uniform(bound) },
      { name: PARAMETER.characterBias, shape: [filters], initial: { kind: 'zeros' }, group: 'bias' },
    )
  }
  if (features.characterStates) {
    const { size, dim, hidden } = features.characterStates
    specs.push(
      {
        name: PARAMETER.characterStateTable,
        shape: [size, dim],
        initial: embeddingInitial(dim),
        group: 'embedding',
      },
      { name: PARAMETER.characterStateWeight, ...lstmParameters(characterLstmSize({ dim, hidden })).weight },
    )
  }
  const blocks = encoderBlocks(definition)
  specs.push(...blocks.flatMap(block => block.parameters))
  const { width } = blocks[blocks.length - 1]
  specs.push(
    { name: PARAMETER.outputWeight, shape: [tags.length, width], initial: { kind: 'xavier-uniform' } },
    { name: PARAMETER.outputBias, shape: [tags.length, 1], initial: { kind: 'zeros' }, group: 'bias' },
  )
  if (config.decoder.kind === 'crf')
    specs.push(
      { name: PARAMETER.transitions, shape: [tags.length, tags.length], initial: uniform(0.1), group: 'crf' },
      { name: PARAMETER.start, shape: [tags.length, 1], initial: { kind: 'zeros' }, group: 'crf' },
      { name: PARAMETER.end, shape: [tags.length, 1], initial: { kind: 'zeros' }, group: 'crf' },
    )
  return specs
}

/** Uniform with variance 1 / dim (Ma & Hovy 2016, §3.1); the padding row is zero. */
export function fillEmbedding(values: Float32Array, dim: number, random: Random): void {
  const bound = Math.sqrt(3 / dim)
  for (let i = 0; i < values.length; i++) values[i] = i < dim ? 0 : (random.float() * 2 - 1) * bound
}

function embeddingInitial(dim: number): ParameterSpec['initial'] {
  return { kind: 'fill', fill: (values, random) => fillEmbedding(values, dim, random) }
}

function uniform(bound: number): ParameterSpec['initial'] {
  return { kind: 'uniform', low: -bound, high: bound }
}
