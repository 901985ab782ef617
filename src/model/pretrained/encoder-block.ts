/**
 * A pretrained encoder as the first block of a network: embeddings of pieces in, states of pieces out. Whatever else is
 * known of a unit goes past it, and stands beside its states.
 */
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Dim } from '../../engine/graph/dim.js'
import type { Value } from '../../engine/graph/value.js'
import { toKeyBias } from '../../engine/layers/attention.js'
import { layerNorm } from '../../engine/layers/layer-norm.js'
import { linearLast } from '../../engine/layers/linear.js'
import { weightsOf } from '../../engine/layers/parameters.js'
import { shiftedPositions } from '../../engine/layers/positions.js'
import { transformerLayer } from '../../engine/layers/transformer.js'
import type { EncoderBlock } from '../encoders/encoder-block.js'
import { longestSequence } from './architecture.js'
import { ENCODER } from './encoder-weights.js'
import {
  encoderLayout,
  encoderParts,
  frozenLayers,
  MIX,
  type PretrainedNetwork,
  trainsEmbeddings,
} from './layout.js'

interface Given {
  /** `[batch, time, embedding]` */
  readonly x: Value
  readonly keyBias: Value
  weight(name: string): Value
  /** A dropout mask; `null` in inference. */
  mask(shape: readonly Dim[]): Value | null
}

/** @param inputs features of a unit: the embedding, then what goes past */
export function pretrainedBlock(network: PretrainedNetwork, inputs: number): EncoderBlock {
  const { architecture, settings } = network
  const { width, embedding } = architecture
  const past = inputs - embedding
  const { parameters } = encoderLayout(network)
  return {
    width: width + past,
    longest: longestSequence(architecture),
    parameters,
    train(g, x, context) {
      const isUnit = g.greater(g.squeeze(context.mask, [1]), 0) // [time, batch]
      const [own, others] = past > 0 ? g.split(x, [embedding, past], 1) : [x, undefined]
      const embedded = trainsEmbeddings(network) ? own : withoutGradient(g, own)
      const states = run(g, network, {
        x: g.transpose(embedded, [2, 0, 1]),
        keyBias: toKeyBias(g, g.transpose(isUnit, [1, 0])),
        weight: name => context.weight(name),
        mask: shape => (settings.dropout > 0 ? context.dropoutMask(shape, settings.dropout) : null),
      })
      // Nothing may come back from padding.
      const made = g.mul(g.transpose(states, [1, 2, 0]), context.mask)
      return others ? g.concat([made, others], 1) : made
    },
    infer(g, x, context) {
      const [own, others] = past > 0 ? g.split(x, [embedding, past], 2) : [x, undefined]
      const states = run(g, network, {
        x: g.transpose(own, [1, 0, 2]),
        keyBias: toKeyBias(g, context.mask),
        weight: name => context.weight(name),
        mask: () => null,
      })
      const made = g.transpose(states, [1, 0, 2])
      return others ? g.concat([made, others], 2) : made
    },
  }
}

/** @returns states `[batch, time, width]` */
function run(g: GraphBuilder, network: PretrainedNetwork, { x, keyBias, weight, mask }: Given): Value {
  const { architecture, settings } = network
  const { width, heads, epsilon, layers, firstPosition } = architecture
  const own = weightsOf(ENCODER, encoderParts(architecture), weight)
  const frozen = frozenLayers(network)
  const drop = (value: Value, isTrained: boolean, features: number) => {
    const dropped = isTrained ? mask(['batch', 'time', features]) : null
    return dropped ? g.mul(value, dropped) : value
  }
  let states = g.inLayer('embeddings', () => {
    const placed = g.add(x, shiftedPositions(g, x, own.positions, firstPosition))
    const typed = own.type ? g.add(placed, own.type) : placed
    const normal = layerNorm(g, typed, own.norm.scale, own.norm.bias, epsilon)
    const dropped = drop(normal, trainsEmbeddings(network), architecture.embedding)
    return own.projection && own.projectionBias
      ? linearLast(g, dropped, own.projection, own.projectionBias)
      : dropped
  })
  const all = [states]
  const size = { ...architecture, norm: 'post' } as const
  for (let layer = 0; layer < layers; layer++) {
    const isTrained = layer >= frozen
    const dropout = isTrained
      ? {
          weights: mask(['batch', heads, 'time', 'time']),
          attention: mask(['batch', 'time', width]),
          feedForward: mask(['batch', 'time', width]),
        }
      : {}
    const made = transformerLayer(g, states, own.layers[layer], size, { keyBias }, dropout)
    states = layer === frozen - 1 ? withoutGradient(g, made.output) : made.output
    all.push(states)
  }
  return settings.mixing ? mixed(g, all, weight) : drop(states, layers > frozen, width)
}

/** A learned average of the embeddings and all layers (Peters et al. 2018, equation 1). */
function mixed(g: GraphBuilder, all: readonly Value[], weight: (name: string) => Value): Value {
  return g.inLayer('mix', () => {
    const shares = g.split(
      g.softmax(weight(MIX.weights)),
      all.map(() => 1),
      0,
    )
    const sum = all.map((states, i) => g.mul(states, shares[i])).reduce((a, b) => g.add(a, b))
    return g.mul(sum, weight(MIX.scale))
  })
}

/** The same values, from which no gradient comes back. */
function withoutGradient(g: GraphBuilder, value: Value): Value {
  const [output] = g.withGradient({
    inputs: [value],
    outputs: [g.apply('Identity', [value])],
    backward: () => [null],
  })
  return output
}
