/**
 * A Reformer as one block: a projection to its width, reversible layers of LSH attention and chunked feed-forward parts,
 * and the normalized ends of both streams. The parameters of all layers are stacked, `[layers, …]`, as the loop over the
 * layers reads them.
 *
 * Training draws the hash's rotations afresh in each step; the shipped graph uses those drawn from the run's seed at its
 * start, which are stored beside the parameters. All layers and heads share them.
 */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { linearLast } from '../../engine/layers/linear.js'
import { rotationsShape } from '../../engine/layers/lsh-order.js'
import { bias, matrix, parameterSpecs, weightsOf } from '../../engine/layers/parameters.js'
import { type ReformerSize, reformer, reformerParameters } from '../../engine/layers/reformer.js'
import type { CreateBlock } from './encoder-block.js'

/** The most tokens that tagging lets it see at once; fewer where the weights of all pairs of tokens are wanted. */
const LONGEST = 16_384
const LONGEST_SHOWN = 2048

export const createReformer: CreateBlock<Omit<EncoderBlockConfig<'reformer'>, 'kind'>> = (
  settings,
  { name, inputs },
) => {
  const { width, heads, layers, dropout, attentionWeights } = settings
  const size: ReformerSize = { ...settings, dim: width / heads, rotary: settings.positions.kind === 'rotary' }
  const projection = { input: matrix([inputs, width]), inputBias: bias([width]) }
  const parameters = reformerParameters(size)
  const rotationsName = `${name}.rotations`
  /** @param x `[batch, time, inputs]` */
  const read = (g: GraphBuilder, x: Value, weight: (name: string) => Value) => {
    const { input, inputBias } = weightsOf(name, projection, weight)
    return [linearLast(g, x, input, inputBias), weightsOf(name, parameters, weight)] as const
  }
  return {
    width: 2 * width,
    longest: attentionWeights ? LONGEST_SHOWN : LONGEST,
    parameters: [
      ...parameterSpecs(name, projection),
      ...parameterSpecs(name, parameters),
      {
        name: rotationsName,
        shape: rotationsShape(size),
        initial: { kind: 'normal', deviation: 1 },
        trainable: false,
      },
    ],
    train(g, x, context) {
      const { lengths } = context
      const rotations = context.noise(rotationsShape(size))
      const mask = () => context.dropoutMask([layers, 'batch', 1, width], dropout)
      const masks = dropout > 0 ? { attention: mask(), feedForward: mask() } : undefined
      const [features, weights] = read(g, g.transpose(x, [2, 0, 1]), part => context.weight(part))
      const y = reformer(g, features, weights, { lengths, rotations, masks }, size)
      return context.dropout(g.transpose(y, [1, 2, 0]), dropout)
    },
    infer(g, x, context) {
      const [features, weights] = read(g, g.transpose(x, [1, 0, 2]), part => context.weight(part))
      const given = { lengths: context.lengths, rotations: context.weight(rotationsName) }
      let layer = 0
      const show = (shown: Value) => context.attention(`${name}.${layer++}`, shown)
      const options = { residuals: 'plain', ...(attentionWeights && { show }) } as const
      return g.transpose(reformer(g, features, weights, given, size, options), [1, 0, 2])
    },
  }
}
