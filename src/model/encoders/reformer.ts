/**
 * A Reformer as one block: a projection to its width, reversible layers of LSH attention and chunked feed-forward, and
 * the normalized ends of both streams. All layers' parameters of one sort are one tensor, `[layers, …]`, as the loop
 * over the layers reads them.
 *
 * Training draws the hash's rotations afresh each step; what is shipped uses those drawn from the run's seed at its
 * start, which are stored beside the parameters. All layers and heads share them.
 */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { rotationsShape } from '../../engine/layers/lsh-sort.js'
import {
  type ReformerSize,
  type ReformerWeights,
  reformer,
  reformerShapes,
} from '../../engine/layers/reformer.js'
import type { Initial } from '../../engine/optim/initializer.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { CreateBlock } from './encoder-block.js'

type Part = keyof ReformerWeights

/** Most tokens that tagging lets it see at once; fewer where all pairs of tokens are answered. */
const LONGEST = 16_384
const LONGEST_SHOWN = 2048

export const createReformer: CreateBlock<Omit<EncoderBlockConfig<'reformer'>, 'kind'>> = (
  settings,
  { name, inputs },
) => {
  const { width, heads, dropout, attentionWeights } = settings
  const size: ReformerSize = {
    ...settings,
    dim: width / heads,
    rotary: settings.positions === 'rotary',
  }
  const shapes = reformerShapes(size)
  const parts = Object.keys(shapes) as Part[]
  const own = (part: string) => `${name}.${part}`
  const project = (g: GraphBuilder, x: Value, weight: (name: string) => Value) =>
    g.add(g.matMul(x, weight(own('input'))), weight(own('inputBias')))
  const weightsOf = (weight: (name: string) => Value) =>
    Object.fromEntries(parts.map(part => [part, weight(own(part))])) as ReformerWeights
  return {
    width: 2 * width,
    longest: attentionWeights ? LONGEST_SHOWN : LONGEST,
    parameters: [
      { name: own('input'), shape: [inputs, width], initial: { kind: 'xavier-uniform' } },
      { name: own('inputBias'), shape: [width], initial: { kind: 'zeros' }, group: 'bias' },
      ...parts.map(part => parameterOf(own(part), part, shapes[part])),
      {
        name: own('rotations'),
        shape: rotationsShape(size),
        initial: { kind: 'normal', deviation: 1 },
        trainable: false,
      },
    ],
    train(g, x, context) {
      const weight = (parameter: string) => context.weight(parameter)
      const rotations = context.noise(rotationsShape(size))
      const mask = () => context.dropoutMask([size.layers, 'batch', 1, width], dropout)
      const masks = dropout > 0 ? { attention: mask(), feedForward: mask() } : undefined
      const features = project(g, g.transpose(x, [2, 0, 1]), weight)
      const { lengths } = context
      const y = reformer(g, features, weightsOf(weight), { lengths, rotations, masks }, size)
      return context.dropout(g.transpose(y, [1, 2, 0]), dropout)
    },
    infer(g, x, context) {
      const weight = (parameter: string) => context.weight(parameter)
      const features = project(g, g.transpose(x, [1, 0, 2]), weight)
      const given = { lengths: context.lengths, rotations: weight(own('rotations')) }
      let layer = 0
      const show = (weights: Value) => context.attention(`${name}.${layer++}`, weights)
      const y = reformer(g, features, weightsOf(weight), given, size, {
        residuals: 'plain',
        ...(attentionWeights && { show }),
      })
      return g.transpose(y, [1, 0, 2])
    },
  }
}

function parameterOf(name: string, part: Part, shape: readonly number[]): ParameterSpec {
  return { name, shape, ...START[part](shape) }
}

type Start = (shape: readonly number[]) => Pick<ParameterSpec, 'initial' | 'group'>

/** Of each layer's matrix alone. */
const matrix: Start = ([, rows, columns]) => ({
  initial: { kind: 'xavier-uniform', fans: { in: rows, out: columns } },
})
const constant =
  (value: number): Start =>
  () => ({ initial: { kind: 'constant', value } satisfies Initial, group: 'bias' })

const START: { readonly [P in Part]: Start } = {
  attentionScale: constant(1),
  attentionBias: constant(0),
  query: matrix,
  value: matrix,
  output: matrix,
  feedForwardScale: constant(1),
  feedForwardBias: constant(0),
  inner: matrix,
  innerBias: constant(0),
  outer: matrix,
  outerBias: constant(0),
  endScale: constant(1),
  endBias: constant(0),
}
