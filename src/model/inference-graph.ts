import { GraphBuilder } from '../engine/graph/builder.js'
import { floatTensor } from '../engine/graph/tensor.js'
import type { Value } from '../engine/graph/value.js'
import { encodeModel } from '../engine/onnx/encode.js'
import { InferenceValues } from './inference-values.js'
import { characterStates } from './inputs/character-lstm.js'
import type { CharacterFeature, CharacterStateFeature, LookupFeature } from './inputs/token-forms.js'
import { encoderBlocks, PARAMETER, parameterSpecs, type TaggerDefinition } from './tagger-definition.js'

/**
 * Names of the shipped graph's inputs and output.
 * A batch's distinct tokens come once each: their ids per table (`ids:input.words` … `[distinct]`) and characters
 * (`characters`, `[distinct, longest + 2]`, a zero before and after); `tokens` `[time, batch]` points into them.
 */
export const INFERENCE = {
  ids: (feature: string) => `ids:${feature}`,
  characters: 'characters',
  tokens: 'tokens',
  lengths: 'lengths',
  logits: 'logits',
  /** Weights of an attention, `[batch, heads, time, time]`: outputs beside the logits, one for each. */
  attention: (name: string) => `attention:${name}`,
} as const

/** A sum with this can win no maximum: it stands in for characters that are not there. */
const NOT_THERE = -1e9

/**
 * Builds the graph that tags: token ids in, logits `[batch, time, tags]` out, parameters inside.
 * @param parameterValue a parameter's current value by name
 */
export function buildInferenceGraph(
  definition: TaggerDefinition,
  parameterValue: (name: string) => Float32Array,
): Uint8Array {
  const { features, tags } = definition
  const g = new GraphBuilder('tagger')
  const tokens = g.input(INFERENCE.tokens, 'int32', ['time', 'batch'])
  const lengths = g.input(INFERENCE.lengths, 'int32', ['batch'])
  const shapes = new Map(parameterSpecs(definition).map(({ name, shape }) => [name, shape]))
  const values = new InferenceValues(g, shapes, parameterValue, lengths, tokens)
  const parts: Value[] = []
  for (const feature of features.lookups) {
    const rows = lookedUp(g, feature, values)
    if (feature.sharesPlace) parts.push(g.add(parts.pop() ?? rows, rows))
    else parts.push(rows)
  }
  const { characters, characterStates: states } = features
  if (characters || states) {
    const ids = g.input(INFERENCE.characters, 'int32', ['distinct', 'width'])
    if (characters) parts.push(characterFeatures(g, ids, characters, values))
    if (states) parts.push(lastStates(g, ids, states, values))
  }
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
  return encodeModel(g.finish(outputs), { initializers: values.initializers })
}

/** A feature's row of each distinct token, `[distinct, dim]`. */
function lookedUp(
  g: GraphBuilder,
  { name, size, dim, fixed }: LookupFeature,
  values: InferenceValues,
): Value {
  const ids = g.input(INFERENCE.ids(name), 'int32', ['distinct'])
  if (!fixed) return g.gather(values.weight(name), ids)
  const rounded = values.stored(name, { type: 'int8', shape: [size, dim], data: fixed.values })
  const steps = values.stored(`${name}.steps`, floatTensor([size, 1], fixed.steps))
  return g.mul(g.cast(g.gather(rounded, ids), 'float32'), g.gather(steps, ids))
}

/** The width-3 convolution as three table look-ups and a maximum; see `inputs/character-cnn.ts`. */
function characterFeatures(
  g: GraphBuilder,
  ids: Value,
  { size, dim, filters }: CharacterFeature,
  values: InferenceValues,
): Value {
  const tables = characterTables(
    values.value(PARAMETER.characters),
    values.value(PARAMETER.characterFilters),
    {
      size,
      dim,
      filters,
    },
  )
  const last = Number.MAX_SAFE_INTEGER
  const windows = [
    g.slice(ids, { axis: 1, start: 0, end: -2 }),
    g.slice(ids, { axis: 1, start: 1, end: -1 }),
    g.slice(ids, { axis: 1, start: 2, end: last }),
  ]
  const sums = windows.map((window, tap) =>
    g.gather(
      values.stored(`${PARAMETER.characterFilters}.${tap}`, floatTensor([size, filters], tables[tap])),
      window,
    ),
  )
  const highest = g.reduceMax(g.add(g.add(sums[0], sums[1]), sums[2]), [1], { keepDims: false })
  return g.add(highest, values.weight(PARAMETER.characterBias))
}

/** The BiLSTM over characters; see `inputs/character-lstm.ts`. */
function lastStates(
  g: GraphBuilder,
  ids: Value,
  { size, dim, hidden }: CharacterStateFeature,
  values: InferenceValues,
): Value {
  const parameters = {
    embedding: values.value(PARAMETER.characterStateTable),
    weight: values.value(PARAMETER.characterStateWeight),
  }
  const inner = g.slice(ids, { axis: 1, start: 1, end: -1 })
  return characterStates(g, inner, parameters, { characters: size, dim, hidden }, (part, tensor) =>
    values.stored(`input.characterStates.${part}`, tensor),
  )
}

function characterTables(
  embedding: Float32Array,
  weights: Float32Array,
  { size, dim, filters }: { size: number; dim: number; filters: number },
): Float32Array[] {
  return [0, 1, 2].map(tap => {
    const table = new Float32Array(size * filters)
    if (tap === 1) table.fill(NOT_THERE, 0, filters)
    for (let c = 1; c < size; c++)
      for (let d = 0; d < dim; d++) {
        const x = embedding[c * dim + d]
        const at = d * 3 * filters + tap * filters
        for (let f = 0; f < filters; f++) table[c * filters + f] += x * weights[at + f]
      }
    return table
  })
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]
  return result
}
