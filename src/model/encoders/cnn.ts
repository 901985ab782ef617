/** Convolutions over time as one block: plain windows, or dilated ones (Strubell et al. 2017). */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { Value } from '../../engine/graph/value.js'
import {
  type ConvStackSize,
  convStack,
  convStackLast,
  convStackSizes,
} from '../../engine/layers/conv-stack.js'
import { conv1dWeightShape } from '../../engine/layers/conv1d.js'
import type { CreateBlock } from './encoder-block.js'

export const createCnn: CreateBlock<Omit<EncoderBlockConfig<'cnn'>, 'kind'>> = (
  { filters, width, layers, dilations, residual, dropout },
  { name, inputs },
) => {
  const size: ConvStackSize = {
    ...{ inputs, outputs: filters, width, residual },
    dilations: Array.from({ length: layers }, (_, layer) => dilations[layer % dilations.length]),
  }
  const sizes = convStackSizes(size)
  const weights = (weight: (name: string) => Value) =>
    sizes.map((_, layer) => ({
      weight: weight(`${name}.${layer}.weight`),
      bias: weight(`${name}.${layer}.bias`),
    }))
  return {
    width: filters,
    parameters: sizes.flatMap((own, layer) => [
      {
        name: `${name}.${layer}.weight`,
        shape: conv1dWeightShape(own),
        initial: { kind: 'kaiming-uniform', fanIn: own.width * own.inputs },
      },
      { name: `${name}.${layer}.bias`, shape: [filters, 1], initial: { kind: 'zeros' }, group: 'bias' },
    ]),
    train(g, x, context) {
      const drop = (made: Value) => (dropout > 0 ? context.dropout(made, dropout) : made)
      const parts = weights(parameter => context.weight(parameter))
      return context.dropout(convStack(g, x, context.mask, parts, size, drop), 0)
    },
    infer(g, x, context) {
      const isToken = g.unsqueeze(g.transpose(context.mask, [1, 0]), [2]) // [time, batch, 1]
      const parts = weights(parameter => context.weight(parameter))
      return convStackLast(g, x, g.cast(isToken, 'float32'), parts, size)
    },
  }
}
