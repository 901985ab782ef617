/** Convolutions over time as one block: plain windows, or dilated ones (Strubell et al. 2017). */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { Value } from '../../engine/graph/value.js'
import {
  type ConvStackSize,
  conv1dParameters,
  convStack,
  convStackSizes,
} from '../../engine/layers/convolution.js'
import { parameterSpecs, weightsOf } from '../../engine/layers/parameters.js'
import type { CreateBlock } from './encoder-block.js'

export const createCnn: CreateBlock<Omit<EncoderBlockConfig<'cnn'>, 'kind'>> = (
  { filters, width, layers, dilations, residual, dropout },
  { name, inputs },
) => {
  const size: ConvStackSize = {
    ...{ inputs, outputs: filters, width, residual },
    dilations: Array.from({ length: layers }, (_, layer) => dilations[layer % dilations.length]),
  }
  const parts = convStackSizes(size).map(conv1dParameters)
  const weights = (get: (name: string) => Value) =>
    parts.map((own, layer) => weightsOf(`${name}.${layer}`, own, get))
  return {
    width: filters,
    parameters: parameterSpecs(name, parts),
    train(g, x, context) {
      const after = (made: Value) => (dropout > 0 ? context.dropout(made, dropout) : made)
      const own = weights(parameter => context.weight(parameter))
      return context.dropout(convStack(g, x, context.mask, own, size, { after }), 0)
    },
    infer(g, x, context) {
      const mask = g.cast(g.unsqueeze(g.transpose(context.mask, [1, 0]), [2]), 'float32') // [time, batch, 1]
      const own = weights(parameter => context.weight(parameter))
      return convStack(g, x, mask, own, size, { axis: 2 })
    },
  }
}
