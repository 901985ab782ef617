/** A transformer's encoder as one block, its layers, positions and projection to its width included. */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { linearLast } from '../../engine/layers/linear-last.js'
import {
  mapTransformer,
  type TransformerDropout,
  type TransformerStack,
  transformerShapes,
  transformerStack,
} from '../../engine/layers/transformer.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import {
  type BatchMajor,
  batchMajorInference,
  batchMajorTraining,
  longestOf,
  positionParameters,
  withPositions,
} from './batch-major.js'
import type { CreateBlock } from './encoder-block.js'

type TransformerSettings = Omit<EncoderBlockConfig<'transformer'>, 'kind'>

export const createTransformer: CreateBlock<TransformerSettings> = (settings, { name, inputs }) => {
  const { width, heads, layers, feedForward, norm, dropout } = settings
  const own = (part: string) => `${name}.${part}`
  const projects = inputs !== width
  const stackOf = <T>(make: (name: string, shape: readonly number[]) => T): TransformerStack<T> => ({
    layers: Array.from({ length: layers }, (_, layer) =>
      mapTransformer(transformerShapes(settings), (shape, part) => make(own(`${layer}.${part}`), shape)),
    ),
    finalNorm:
      norm === 'pre'
        ? { scale: make(own('finalNorm.scale'), [width]), bias: make(own('finalNorm.bias'), [width]) }
        : null,
  })
  const run = (
    g: GraphBuilder,
    given: BatchMajor,
    masks: (layer: number) => TransformerDropout = () => ({}),
  ) => {
    const { weight, keyBias } = given
    const states = projects ? linearLast(g, given.x, weight(own('input')), weight(own('inputBias'))) : given.x
    const place = { name, width, head: width / heads, weight }
    const { x, rotary } = withPositions(g, states, settings, place)
    return transformerStack(g, x, stackOf(weight), settings, { keyBias, rotary }, masks)
  }
  return {
    width,
    longest: longestOf(settings),
    parameters: [
      ...(projects ? inputParameters(own, inputs, width) : []),
      ...positionParameters(settings, name, width),
      ...parametersOf(stackOf),
    ],
    train(g, x, context) {
      const mask = (shape: readonly (number | string)[]): Value | null =>
        dropout > 0 ? context.dropoutMask(shape, dropout) : null
      const { output } = run(g, batchMajorTraining(g, x, context), () => ({
        weights: mask(['batch', heads, 'time', 'time']),
        attention: mask(['batch', 'time', width]),
        hidden: mask(['batch', 'time', feedForward]),
        feedForward: mask(['batch', 'time', width]),
      }))
      return context.dropout(g.transpose(output, [1, 2, 0]), dropout)
    },
    infer(g, x, context) {
      const { output, weights } = run(g, batchMajorInference(g, x, context))
      weights.forEach((own, layer) => {
        context.attention(`${name}.${layer}`, own)
      })
      return g.transpose(output, [1, 0, 2])
    },
  }
}

function inputParameters(own: (part: string) => string, inputs: number, width: number): ParameterSpec[] {
  return [
    { name: own('input'), shape: [inputs, width], initial: { kind: 'xavier-uniform' } },
    { name: own('inputBias'), shape: [width], initial: { kind: 'zeros' }, group: 'bias' },
  ]
}

type StackOf = <T>(make: (name: string, shape: readonly number[]) => T) => TransformerStack<T>

/** In the order in which the stack names them. Queries, keys and values are three matrices side by side. */
function parametersOf(stackOf: StackOf): ParameterSpec[] {
  const made: ParameterSpec[] = []
  stackOf((name, shape) => {
    const [rows, columns] = shape
    if (shape.length === 2) {
      const fans = { in: rows, out: name.endsWith('.qkv') ? columns / 3 : columns }
      made.push({ name, shape, initial: { kind: 'xavier-uniform', fans } })
    } else {
      const initial = { kind: 'constant', value: name.endsWith('.scale') ? 1 : 0 } as const
      made.push({ name, shape, initial, group: 'bias' })
    }
  })
  return made
}
