/** A pretrained encoder as the graph of its ONNX file, included in the tagger's graphs. */
import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { CopyOptions } from '../../engine/graph/passes/copy.js'
import type { Value } from '../../engine/graph/value.js'
import type { EncoderBlock } from '../encoders/encoder-block.js'
import { longestSequence } from './architecture.js'
import { GRAPH, type GraphArchitecture, graphOf } from './graph-architecture.js'
import { dropoutPlaces, withDropout } from './graph-dropout.js'
import { encoderLayout, frozenLayers, type PretrainedNetwork, trainsEmbeddings } from './layout.js'

/** @param inputs features of a unit: the embedding, then the id where the graph reads it, then what goes past */
export function graphBlock(
  network: PretrainedNetwork,
  architecture: GraphArchitecture,
  inputs: number,
): EncoderBlock {
  const { width, embedding, readsIds } = architecture
  const { settings } = network
  const { rounded } = graphOf(architecture)
  const past = inputs - embedding - Number(readsIds)
  const sizes = [embedding, Number(readsIds), past]
  const parts = (g: GraphBuilder, x: Value, axis: number) => {
    const used = sizes.filter(size => size > 0)
    const made = used.length > 1 ? [...g.split(x, used, axis)] : [x]
    return sizes.map(size => (size > 0 ? made.shift() : undefined))
  }
  return {
    width: width + past,
    longest: longestSequence(architecture),
    parameters: encoderLayout(network).parameters,
    train(g, x, context) {
      if (rounded.size > 0) throw roundedEncoder()
      const isUnit = g.greater(g.squeeze(context.mask, [1]), 0) // [time, batch]
      const [embedded, ids, others] = parts(g, x, 1)
      const drop = (value: Value, shape: Value['shape']) =>
        settings.dropout > 0 ? g.mul(value, context.dropoutMask(shape, settings.dropout)) : value
      const frozen = frozenLayers(network)
      const states = statesOf(g, architecture, {
        embedded:
          embedded && g.transpose(trainsEmbeddings(network) ? embedded : fixed(g, embedded), [2, 0, 1]),
        ids: ids && g.transpose(g.squeeze(ids, [1]), [1, 0]),
        mask: g.transpose(isUnit, [1, 0]),
        weight: name => context.weight(name),
        replace: settings.dropout > 0 ? withDropout(trainedPlaces(architecture, frozen), drop) : undefined,
      })
      const last = architecture.layers > frozen ? drop(states, ['batch', 'time', width]) : states
      // Nothing may come back from padding.
      const made = g.mul(g.transpose(last, [1, 2, 0]), context.mask)
      return others ? g.concat([made, others], 1) : made
    },
    infer(g, x, context) {
      const [embedded, ids, others] = parts(g, x, 2)
      const states = statesOf(g, architecture, {
        embedded: embedded && g.transpose(embedded, [1, 0, 2]),
        ids: ids && g.transpose(g.squeeze(ids, [2]), [1, 0]),
        mask: context.mask,
        weight: name => {
          const whole = rounded.get(name)
          if (!whole) return context.weight(name)
          const type = whole.type as 'int8' | 'uint8'
          return context.stored(name, context.kept(name, type, whole.shape as readonly number[]))
        },
      })
      const made = g.transpose(states, [1, 0, 2])
      return others ? g.concat([made, others], 2) : made
    },
  }
}

/** An encoder of rounded numbers tags, and cannot be trained. */
export function roundedEncoder(): InputError {
  return new InputError('train/pretrained', {
    where: setting('pretrained'),
    expected: 'an encoder of floats, which training can change or read states from',
    got: 'one of whole numbers of 8 bits',
    remedy: 'give the folder with its floats: model.safetensors, model.onnx or model_fp16.onnx',
  })
}

interface Given {
  /** `[batch, time, embedding]` */
  readonly embedded: Value | undefined
  /** Ids as floats, `[batch, time]`. */
  readonly ids: Value | undefined
  /** bool `[batch, time]` */
  readonly mask: Value
  weight(name: string): Value
  readonly replace?: CopyOptions['replace'] | undefined
}

/** Places of dropout in the layers that are trained. */
function trainedPlaces(architecture: GraphArchitecture, frozen: number) {
  const places = dropoutPlaces(graphOf(architecture).graph, architecture)
  return new Map([...places].filter(([, { layer }]) => frozen === 0 || layer >= frozen))
}

/** @returns states `[batch, time, width]` */
function statesOf(g: GraphBuilder, architecture: GraphArchitecture, given: Given): Value {
  const { graph } = graphOf(architecture)
  const { embedded, ids, mask, weight, replace } = given
  const whole = g.cast(mask, 'int64')
  const inputs = Object.fromEntries(
    graph.inputNames.map(name => {
      if (name === GRAPH.embedded && embedded) return [name, embedded]
      if (name === GRAPH.mask) return [name, whole]
      if (name === GRAPH.segments) return [name, g.sub(whole, whole)]
      if (name === GRAPH.ids && ids)
        return [name, g.where(mask, g.cast(ids, 'int64'), g.scalar(architecture.padding, 'int64'))]
      return [name, weight(name)]
    }),
  )
  return g.inLayer('pretrained', () => g.include(graph, inputs, { replace })[GRAPH.states])
}

/** The same values, from which no gradient comes back. */
function fixed(g: GraphBuilder, value: Value): Value {
  const [output] = g.withGradient({
    inputs: [value],
    outputs: [g.apply('Identity', [value])],
    backward: () => [null],
  })
  return output
}
