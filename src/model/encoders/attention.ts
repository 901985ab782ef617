/**
 * Attention over an encoder's states as one block: by their products (Luong et al. 2015), by a small network
 * (Bahdanau et al. 2015), or by several heads (Vaswani et al. 2017). The result is joined with the states: beside them,
 * added to them, or in their place.
 */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { additiveAttention, additiveParameters } from '../../engine/layers/additive-attention.js'
import {
  type Attended,
  dotAttention,
  type MultiHeadOptions,
  multiHeadAttention,
  multiHeadParameters,
} from '../../engine/layers/attention.js'
import { parameterSpecs, weightsOf } from '../../engine/layers/parameters.js'
import { batchMajorBlock, longestOf, positionParameters, withPositions } from './batch-major.js'
import type { BlockPlace, CreateBlock } from './encoder-block.js'

type AttentionSettings = Omit<EncoderBlockConfig<'attention'>, 'kind'>

export const createAttention: CreateBlock<AttentionSettings> = (settings, place) => {
  const { dropout, score, combine, positions } = settings
  const { name, inputs } = place
  const heads = score.kind === 'multi-head' ? score.heads : 1
  const head = score.kind === 'multi-head' ? score.dim / score.heads : inputs
  const { parameters, attend } = scoring(score, place)
  return batchMajorBlock({
    ...{ width: combine === 'concatenate' ? 2 * inputs : inputs, longest: longestOf(positions) },
    ...{ dropout, outputDropout: 0 },
    parameters: [...positionParameters(positions, name, inputs), ...parameterSpecs(name, parameters)],
    run(g, { x, keyBias, weight, mask }) {
      const weightMask = mask(['batch', heads, 'time', 'time'])
      const outputMask = mask(['batch', 'time', inputs])
      const placed = withPositions(g, x, positions, { name, width: inputs, head, weight })
      const options = { keyBias, rotary: placed.rotary, dropout: weightMask }
      const { output, weights } = attend(g, placed.x, weight, options)
      const taken = outputMask ? g.mul(output, outputMask) : output
      return { output: JOIN[combine](g, placed.x, taken), weights: [[name, weights]] }
    },
  })
}

/** The states and what attention took of them as one: `[batch, time, …]`. */
const JOIN: {
  readonly [How in AttentionSettings['combine']]: (g: GraphBuilder, states: Value, taken: Value) => Value
} = {
  residual: (g, states, taken) => g.add(states, taken),
  concatenate: (g, states, taken) => g.concat([states, taken], 2),
  replace: (_, __, taken) => taken,
}

interface Scoring {
  readonly parameters: object
  attend(g: GraphBuilder, x: Value, weight: (name: string) => Value, options: MultiHeadOptions): Attended
}

function scoring(score: AttentionSettings['score'], { name, inputs }: BlockPlace): Scoring {
  switch (score.kind) {
    case 'dot':
    case 'scaled-dot': {
      const scaled = score.kind === 'scaled-dot'
      return { parameters: {}, attend: (g, x, _, options) => dotAttention(g, x, { ...options, scaled }) }
    }
    case 'bahdanau': {
      const parameters = additiveParameters(inputs, score.dim)
      return {
        parameters,
        attend: (g, x, weight, options) =>
          additiveAttention(g, x, weightsOf(name, parameters, weight), options),
      }
    }
    case 'multi-head': {
      const size = { inputs, heads: score.heads, dim: score.dim, outputs: inputs }
      const parameters = multiHeadParameters(size)
      return {
        parameters,
        attend: (g, x, weight, options) =>
          multiHeadAttention(g, x, weightsOf(name, parameters, weight), size, options),
      }
    }
    default:
      return score satisfies never
  }
}
