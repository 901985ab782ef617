import type { Config } from '../config/schema.js'
import type { ParameterSpec } from '../engine/optim/parameter-store.js'
import { createEncoder, longestWindow } from './encoders/create-encoder.js'
import type { EncoderBlock } from './encoders/encoder-block.js'
import { inputWidth, type TaggerInputs } from './inputs/unit-table.js'
import { pretrainedBlock } from './pretrained/encoder-block.js'

/** Everything that fixes a tagger's graphs and parameters: its inputs, its tags and the recipe. */
export interface TaggerDefinition {
  readonly inputs: TaggerInputs
  /** The model's tags by id, `O` first. */
  readonly tags: readonly string[]
  readonly config: Pick<Config, 'tags' | 'input' | 'encoder' | 'decoder'>
}

export const PARAMETER = {
  outputWeight: 'decoder.weight',
  outputBias: 'decoder.bias',
  transitions: 'decoder.transitions',
  start: 'decoder.start',
  end: 'decoder.end',
} as const

/** The encoder's blocks, first to last. */
export function encoderBlocks({ inputs, config }: TaggerDefinition): readonly EncoderBlock[] {
  const { pretrained } = inputs
  if (!pretrained) return createEncoder(config.encoder, inputWidth(inputs))
  const first = pretrainedBlock(pretrained, inputWidth(inputs))
  return [first, ...createEncoder(config.encoder, first.width)]
}

/** The most units of a sentence that tagging reads at once; absent: any number. */
export function taggingWindow(definition: TaggerDefinition): number | undefined {
  return longestWindow(encoderBlocks(definition))
}

/** Every parameter of the tagger with its shape and how it starts; the order is the order of the random draws. */
export function parameterSpecs(definition: TaggerDefinition): readonly ParameterSpec[] {
  const inputs = definition.inputs.blocks.flatMap(({ parameters }) => parameters)
  return [...inputs, ...networkParameters(definition)]
}

/** The parameters of encoder and decoder: those that the training graph reads. The inputs are trained outside. */
export function networkParameters(definition: TaggerDefinition): readonly ParameterSpec[] {
  const { tags, config } = definition
  const blocks = encoderBlocks(definition)
  const { width } = blocks[blocks.length - 1]
  const uniform = { kind: 'uniform', low: -0.1, high: 0.1 } as const
  const zeros = { kind: 'zeros' } as const
  const specs: ParameterSpec[] = [
    ...blocks.flatMap(({ parameters }) => parameters),
    { name: PARAMETER.outputWeight, shape: [tags.length, width], initial: { kind: 'xavier-uniform' } },
    { name: PARAMETER.outputBias, shape: [tags.length, 1], initial: zeros, group: 'bias' },
  ]
  if (config.decoder.kind === 'crf')
    specs.push(
      { name: PARAMETER.transitions, shape: [tags.length, tags.length], initial: uniform, group: 'crf' },
      { name: PARAMETER.start, shape: [tags.length, 1], initial: zeros, group: 'crf' },
      { name: PARAMETER.end, shape: [tags.length, 1], initial: zeros, group: 'crf' },
    )
  return specs
}
