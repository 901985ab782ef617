import { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { fusedLstm, toFusedLstm } from '../layers/fused-lstm.js'
import { encodeModel } from '../onnx/encode.js'
import type { Tensor } from '../runtime/runtime.js'
import { encoderSizes, PARAMETER, type TaggerDefinition } from './tagger-definition.js'

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
  const { features, tags, config } = definition
  const g = new GraphBuilder('tagger')
  const initialisers: Record<string, Tensor> = {}
  const stored = (name: string, shape: readonly number[], data: Float32Array): Value => {
    initialisers[name] = { type: 'float32', shape, data }
    return g.input(name, 'float32', shape)
  }
  const parts = features.lookups.map(({ name, size, dim }) =>
    g.gather(
      stored(name, [size, dim], parameterValue(name)),
      g.input(INFERENCE.ids(name), 'int32', ['distinct']),
    ),
  )
  if (features.characters) parts.push(characterFeatures(g, definition, stored, parameterValue))
  const rows = parts.length === 1 ? parts[0] : g.concat(parts, 1)
  const tokens = g.input(INFERENCE.tokens, 'int32', ['time', 'batch'])
  const lengths = g.input(INFERENCE.lengths, 'int32', ['batch'])
  let y = g.gather(rows, tokens) // [time, batch, features]
  encoderSizes(definition).forEach((size, layer) => {
    const name = PARAMETER.recurrent(layer)
    const tensors = toFusedLstm(parameterValue(name), size)
    const weight = (part: keyof typeof tensors) => {
      const { shape, data } = tensors[part]
      return stored(`${name}.${part}`, shape, data)
    }
    y = fusedLstm(g, y, { w: weight('w'), r: weight('r'), b: weight('b') }, lengths, size)
  })
  const width = 2 * config.encoder.hidden
  const outputWeight = transposed(parameterValue(PARAMETER.outputWeight), tags.length, width)
  const logits = g.add(
    g.matMul(y, stored(PARAMETER.outputWeight, [width, tags.length], outputWeight)),
    stored(PARAMETER.outputBias, [tags.length], parameterValue(PARAMETER.outputBias)),
  )
  const graph = g.finish({ [INFERENCE.logits]: g.transpose(logits, [1, 0, 2]) })
  return encodeModel(graph, { initialisers })
}

/** The width-3 convolution as three table look-ups and a maximum; see `inputs/character-cnn.ts`. */
function characterFeatures(
  g: GraphBuilder,
  { features }: TaggerDefinition,
  stored: (name: string, shape: readonly number[], data: Float32Array) => Value,
  parameterValue: (name: string) => Float32Array,
): Value {
  const { characters } = features
  if (!characters) throw new Error('the tagger has no character features')
  const { size, dim, filters } = characters
  const tables = characterTables(
    parameterValue(PARAMETER.characters),
    parameterValue(PARAMETER.characterFilters),
    {
      size,
      dim,
      filters,
    },
  )
  const ids = g.input(INFERENCE.characters, 'int32', ['distinct', 'width'])
  const last = Number.MAX_SAFE_INTEGER
  const windows = [
    g.slice(ids, { axis: 1, start: 0, end: -2 }),
    g.slice(ids, { axis: 1, start: 1, end: -1 }),
    g.slice(ids, { axis: 1, start: 2, end: last }),
  ]
  const sums = windows.map((window, tap) =>
    g.gather(stored(`${PARAMETER.characterFilters}.${tap}`, [size, filters], tables[tap]), window),
  )
  const highest = g.reduceMax(g.add(g.add(sums[0], sums[1]), sums[2]), [1], { keepDims: false })
  return g.add(highest, stored(PARAMETER.characterBias, [filters], parameterValue(PARAMETER.characterBias)))
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
