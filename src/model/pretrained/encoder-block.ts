/**
 * A pretrained encoder as the first block of a network: embeddings of pieces in, states of pieces out. Whatever else is
 * known of a unit goes past it, and stands beside its states.
 */
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Dim } from '../../engine/graph/dim.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import { toKeyBias } from '../../engine/layers/attention.js'
import { activate } from '../../engine/layers/feed-forward.js'
import { gatedLayer, nearBias, unshiftedNorm } from '../../engine/layers/gated-transformer.js'
import { layerNorm } from '../../engine/layers/layer-norm.js'
import { linearLast } from '../../engine/layers/linear.js'
import { weightsOf } from '../../engine/layers/parameters.js'
import { rotaryTables, shiftedPositions } from '../../engine/layers/positions.js'
import { leavesOf, recomputed } from '../../engine/layers/recomputed.js'
import { distanceRows } from '../../engine/layers/relative-attention.js'
import { roundedWeight } from '../../engine/layers/rounded-linear.js'
import { type TransformerDropout, transformerLayer } from '../../engine/layers/transformer.js'
import type { EncoderBlock, InferenceContext } from '../encoders/encoder-block.js'
import { roundColumns } from '../rounded-numbers.js'
import { type LayerArchitecture, longestSequence } from './architecture.js'
import { ENCODER } from './encoder-weights.js'
import { graphBlock } from './graph-block.js'
import {
  encoderLayout,
  encoderParts,
  frozenLayers,
  MIX,
  modernParts,
  type PretrainedNetwork,
  trainsEmbeddings,
} from './layout.js'

interface Given {
  /** `[batch, time, embedding]` */
  readonly x: Value
  readonly keyBias: Value
  weight(name: string): Value
  /** Whether trained layers are computed again in the backward pass. */
  readonly recompute: boolean
  /** A dropout mask; `null` in inference. */
  mask(shape: readonly Dim[]): Value | null
}

/** @param inputs features of a unit: the embedding, then what goes past */
export function pretrainedBlock(network: PretrainedNetwork, inputs: number): EncoderBlock {
  const { architecture, settings } = network
  if (architecture.family === 'onnx') return graphBlock(network, architecture, inputs)
  const { width, embedding } = architecture
  const past = inputs - embedding
  const { parameters, matrices } = encoderLayout(network)
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]))
  return {
    width: width + past,
    longest: longestSequence(architecture),
    parameters,
    canRoundColumns: matrices,
    train(g, x, context) {
      const isUnit = g.greater(g.squeeze(context.mask, [1]), 0) // [time, batch]
      const [own, others] = past > 0 ? g.split(x, [embedding, past], 1) : [x, undefined]
      const embedded = trainsEmbeddings(network) ? own : withoutGradient(g, own)
      const states = run(g, network, architecture, {
        x: g.transpose(embedded, [2, 0, 1]),
        keyBias: toKeyBias(g, g.transpose(isUnit, [1, 0])),
        weight: name => context.weight(name),
        recompute: settings.recompute,
        mask: shape => (settings.dropout > 0 ? context.dropoutMask(shape, settings.dropout) : null),
      })
      // Nothing may come back from padding.
      const made = g.mul(g.transpose(states, [1, 2, 0]), context.mask)
      return others ? g.concat([made, others], 1) : made
    },
    infer(g, x, context) {
      const [own, others] = past > 0 ? g.split(x, [embedding, past], 2) : [x, undefined]
      const states = run(g, network, architecture, {
        x: g.transpose(own, [1, 0, 2]),
        keyBias: toKeyBias(g, context.mask),
        weight: name =>
          context.isRounded && matrices.includes(name)
            ? roundedMatrix(g, context, name, shapes.get(name) ?? [])
            : context.weight(name),
        recompute: false,
        mask: () => null,
      })
      const made = g.transpose(states, [1, 0, 2])
      return others ? g.concat([made, others], 2) : made
    },
  }
}

/** @returns states `[batch, time, width]` */
function run(
  g: GraphBuilder,
  network: PretrainedNetwork,
  architecture: LayerArchitecture,
  given: Given,
): Value {
  const { settings } = network
  const { width, heads, layers } = architecture
  const { mask } = given
  const frozen = frozenLayers(network)
  const build = architecture.rotary ? modernEncoder : bertEncoder
  const { first, layerOf, last } = build(g, network, architecture, given)
  const drop = (value: Value, isTrained: boolean) => {
    const dropped = isTrained ? mask(['batch', 'time', width]) : null
    return dropped ? g.mul(value, dropped) : value
  }
  let states = first
  const all = [states]
  for (let layer = 0; layer < layers; layer++) {
    const isTrained = layer >= frozen
    const dropout: TransformerDropout = isTrained
      ? {
          weights: mask(['batch', heads, 'time', 'time']),
          attention: mask(['batch', 'time', width]),
          feedForward: mask(['batch', 'time', width]),
        }
      : {}
    const made = layerOf(layer, states, dropout)
    states = layer === frozen - 1 ? withoutGradient(g, made) : made
    all.push(states)
  }
  if (settings.mixing) return mixed(g, [...all.slice(0, -1), last(states)], given.weight)
  return drop(last(states), layers > frozen)
}

/** An encoder in the making. */
interface Stages {
  /** `[batch, time, width]` */
  readonly first: Value
  layerOf(layer: number, states: Value, dropout: TransformerDropout): Value
  /** After the last layer. */
  last(states: Value): Value
}

function bertEncoder(
  g: GraphBuilder,
  network: PretrainedNetwork,
  architecture: LayerArchitecture,
  { x, keyBias, weight, recompute, mask }: Given,
): Stages {
  const { epsilon, firstPosition, embedding, distances } = architecture
  const own = weightsOf(ENCODER, encoderParts(architecture), weight)
  const first = g.inLayer('embeddings', () => {
    const placed = own.positions ? g.add(x, shiftedPositions(g, x, own.positions, firstPosition)) : x
    const typed = own.type ? g.add(placed, own.type) : placed
    const normal = layerNorm(g, typed, own.norm.scale, own.norm.bias, epsilon)
    const embeddingMask = trainsEmbeddings(network) ? mask(['batch', 'time', embedding]) : null
    const dropped = embeddingMask ? g.mul(normal, embeddingMask) : normal
    return own.projection && own.projectionBias
      ? linearLast(g, dropped, own.projection, own.projectionBias)
      : dropped
  })
  const { distanceNorm } = own
  const table =
    own.distances && distanceNorm
      ? layerNorm(g, own.distances, distanceNorm.scale, distanceNorm.bias, epsilon)
      : own.distances
  const rows = distances && table ? distanceRows(g, x, table, distances) : null
  // Those that have a say, and so a gradient.
  const learned = rows && {
    ...(distances?.query && { falling: rows.falling }),
    ...(distances?.key && { rising: rows.rising }),
  }
  const size = { ...architecture, norm: 'post' } as const
  return {
    first,
    layerOf: (layer, states, dropout) => {
      const parts = { weights: own.layers[layer], learned }
      return perhapsAgain(
        g,
        recompute && layer >= frozenLayers(network),
        states,
        parts,
        (b, value, given) => {
          const relative =
            rows && distances ? { distances: { ...rows, ...given.learned }, terms: distances } : null
          return transformerLayer(b, value, given.weights, size, { keyBias, relative }, dropout).output
        },
      )
    },
    last: states => states,
  }
}

function modernEncoder(
  g: GraphBuilder,
  network: PretrainedNetwork,
  architecture: LayerArchitecture,
  { x, keyBias, weight, recompute, mask }: Given,
): Stages {
  const { width, heads, epsilon, rotary } = architecture
  if (!rotary) throw new Error('ModernBERT has rotary positions')
  const own = weightsOf(ENCODER, modernParts(architecture), weight)
  const head = width / heads
  const tables = {
    global: { keyBias, rotary: rotaryTables(g, x, head, rotary.global) },
    local: {
      keyBias: g.add(keyBias, nearBias(g, x, rotary.reach)),
      rotary: rotaryTables(g, x, head, rotary.local),
    },
  }
  const normal = unshiftedNorm(g, x, own.scale, width, epsilon)
  const dropped = trainsEmbeddings(network) ? mask(['batch', 'time', width]) : null
  return {
    first: dropped ? g.mul(normal, dropped) : normal,
    layerOf: (layer, states, dropout) => {
      const options = rotary.globalLayers[layer] ? tables.global : tables.local
      const again = recompute && layer >= frozenLayers(network)
      return perhapsAgain(g, again, states, own.layers[layer], (b, value, weights) =>
        gatedLayer(b, value, weights, architecture, options, dropout),
      )
    },
    last: states => {
      const normal = unshiftedNorm(g, states, own.finalScale, width, epsilon)
      const { headDense, headScale } = own
      if (!rotary.head || !headDense || !headScale) return normal
      const made = activate(g, linearLast(g, normal, headDense, null), rotary.head)
      return unshiftedNorm(g, made, headScale, width, epsilon)
    },
  }
}

/** A layer whose inside is kept for the backward pass, or computed again. @param parts all that is learned in it */
function perhapsAgain<Parts extends object>(
  g: GraphBuilder,
  isAgain: boolean,
  states: Value,
  parts: Parts,
  make: (b: GraphBuilder, states: Value, parts: Parts) => Value,
): Value {
  if (!isAgain) return make(g, states, parts)
  const { values, fill } = leavesOf(parts)
  return recomputed(g, [states, ...values], (b, [first, ...rest]) => make(b, first, fill(rest)))
}

function roundedMatrix(
  g: GraphBuilder,
  context: InferenceContext,
  name: string,
  shape: readonly number[],
): Value {
  const { values, steps } = roundColumns(context.value(name), shape[1])
  return roundedWeight(g, {
    values: context.stored(name, { type: 'int8', shape, data: values }),
    steps: context.stored(`${name}.rounding`, floatTensor([shape[1]], steps)),
  })
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
