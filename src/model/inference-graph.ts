import { GraphBuilder } from '../engine/graph/builder.js'
import { floatTensor } from '../engine/graph/tensor.js'
import type { Graph, Value } from '../engine/graph/value.js'
import { encodeModel } from '../engine/onnx/encode.js'
import type { Tensor } from '../engine/runtime/runtime.js'
import { InferenceValues, type KeptTensor } from './inference-values.js'
import { encoderBlocks, PARAMETER, parameterSpecs, type TaggerDefinition } from './tagger-definition.js'

/**
 * Names of the shipped graph's inputs and outputs. A batch's distinct units come once each, as the ids that each input
 * of the tagger feeds (`ids:…`); `tokens` `[time, batch]` points into them.
 */
export const INFERENCE = {
  tokens: 'tokens',
  lengths: 'lengths',
  logits: 'logits',
  /** Weights of an attention, `[batch, heads, time, time]`: outputs beside the logits, one for each. */
  attention: (name: string) => `attention:${name}`,
} as const

/** The graph that tags, with the tensors that are stored in it. */
export interface InferenceGraph {
  readonly graph: Graph
  readonly initializers: Readonly<Record<string, Tensor>>
}

/**
 * Builds the graph that tags and writes it as an ONNX model: unit ids in, logits `[batch, time, tags]` out, parameters
 * inside. The same definition and the same values always give the same bytes.
 * @param parameterValue a parameter's current value by name
 */
export function buildInferenceGraph(
  definition: TaggerDefinition,
  parameterValue: (name: string) => Float32Array,
): Uint8Array {
  const { graph, initializers } = inferenceGraph(definition, parameterValue)
  return encodeModel(graph, { initializers })
}

/**
 * As `buildInferenceGraph`, before it is written.
 * @param options.kept tensors that are no parameters and are stored in `model.onnx` alone, for a tagger that is loaded
 * @param options.isRounded whether the parameters that can be are rounded to 8 bits
 */
export function inferenceGraph(
  definition: TaggerDefinition,
  parameterValue: (name: string) => Float32Array,
  { kept, isRounded = false }: { readonly kept?: KeptTensor; readonly isRounded?: boolean } = {},
): InferenceGraph {
  const { inputs, tags } = definition
  const g = new GraphBuilder('tagger')
  const tokens = g.input(INFERENCE.tokens, 'int32', ['time', 'batch'])
  const lengths = g.input(INFERENCE.lengths, 'int32', ['batch'])
  const shapes = new Map(parameterSpecs(definition).map(({ name, shape }) => [name, shape]))
  const values = new InferenceValues(g, shapes, parameterValue, {
    lengths,
    tokens,
    isRounded,
    ...(kept && { kept }),
  })
  const parts = inputs.blocks.map(block => block.infer(g, values))
  const rows = parts.length === 1 ? parts[0] : g.concat(parts, 1)
  const blocks = encoderBlocks(definition)
  const embedded = g.gather(rows, tokens) // [time, batch, features]
  const y = blocks.reduce((states, block) => block.infer(g, states, values), embedded)
  const { width } = blocks[blocks.length - 1]
  const outputWeight = transposed(parameterValue(PARAMETER.outputWeight), tags.length, width)
  const logits = g.add(
    g.matMul(y, values.stored(PARAMETER.outputWeight, floatTensor([width, tags.length], outputWeight))),
    values.stored(PARAMETER.outputBias, floatTensor([tags.length], parameterValue(PARAMETER.outputBias))),
  )
  const outputs: Record<string, Value> = { [INFERENCE.logits]: g.transpose(logits, [1, 0, 2]) }
  for (const [name, weights] of values.attentions) outputs[INFERENCE.attention(name)] = weights
  return { graph: g.finish(outputs), initializers: values.initializers }
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]
  return result
}
