/**
 * A character convolution of width 3 with max pooling (Ma & Hovy 2016).
 *
 * The convolution is linear in the character vectors. Each character's share of each filter tap is therefore computed
 * once per batch as a table, one small matrix product; a token's features are sums of three table rows, maximized over
 * its positions. The gradient goes to the maximal position alone. This is exact, and no padded tensor of characters
 * ever exists.
 */
import type { Vocabulary } from '../../encode/vocabulary.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import type { Session, Tensor } from '../../engine/runtime/runtime.js'
import type { InferenceContext } from '../encoders/encoder-block.js'
import { characterIds, characterVocabulary, paddedCharacters } from './characters.js'
import type {
  FeatureColumns,
  InputBlock,
  InputKind,
  InputSettings,
  InputTrainer,
  InputTrainingContext,
} from './input-block.js'
import { embedding } from './table.js'

export const CHARACTER_CNN: InputKind<InputSettings<'charCnn'>, Vocabulary> = {
  ...characterVocabulary,
  create: (settings, vocabulary) => [characterCnn(settings, vocabulary)],
}

/** Parameters, and the input of the shipped graph: int32 `[distinct, longest + 2]`, a zero before and after each token. */
const NAMES = {
  /** `[characters, dim]`; row 0 is padding and zero. */
  embedding: 'input.characters',
  /** `[dim, 3 · filters]`: taps left, center, right side by side. */
  filters: 'input.characterFilters',
  /** `[filters]` */
  bias: 'input.characterBias',
  ids: 'ids:input.characters',
} as const

interface Size {
  readonly characters: number
  readonly dim: number
  readonly filters: number
}

function characterCnn(
  { dim, filters }: InputSettings<'charCnn'>,
  vocabulary: Vocabulary,
): InputBlock<Int32Array> {
  const size: Size = { characters: vocabulary.size, dim, filters }
  const bound = 1 / Math.sqrt(3 * dim)
  return {
    width: filters,
    parameters: [
      { name: NAMES.embedding, shape: [size.characters, dim], initial: embedding(dim), group: 'embedding' },
      {
        name: NAMES.filters,
        shape: [dim, 3 * filters],
        initial: { kind: 'uniform', low: -bound, high: bound },
      },
      { name: NAMES.bias, shape: [filters], initial: { kind: 'zeros' }, group: 'bias' },
    ],
    idOf: text => characterIds(text, vocabulary),
    train: context => CharacterCnnTrainer.create(size, context),
    infer: (g, context) => inferredFeatures(g, size, context),
    feed: ids => ({ [NAMES.ids]: paddedCharacters(ids, 1) }),
  }
}

/** On one thread: the products are too small to share. Owns two sessions: `release` them. */
class CharacterCnnTrainer implements InputTrainer<Int32Array> {
  /** `[characters, 3 · filters]`; row 0 is zero. */
  private readonly table: Float32Array
  private readonly dTable: Float32Array
  /** Position of the maximum, `[tokens, filters]`. */
  private argmax = new Uint16Array(0)
  private readonly bias: Float32Array
  private readonly dBias: Float32Array
  private readonly parameters: Readonly<Record<string, Tensor>>
  private readonly gradients: Readonly<Record<string, Tensor>>

  private constructor(
    private readonly size: Size,
    { value, gradient }: InputTrainingContext,
    private readonly forwardSession: Session,
    private readonly backwardSession: Session,
  ) {
    const { characters, dim, filters } = size
    this.table = new Float32Array(characters * 3 * filters)
    this.dTable = new Float32Array(this.table.length)
    this.bias = value(NAMES.bias)
    this.dBias = gradient(NAMES.bias)
    this.parameters = {
      embedding: floatTensor([characters, dim], value(NAMES.embedding)),
      filters: floatTensor([dim, 3 * filters], value(NAMES.filters)),
    }
    this.gradients = {
      dEmbedding: floatTensor([characters, dim], gradient(NAMES.embedding)),
      dFilters: floatTensor([dim, 3 * filters], gradient(NAMES.filters)),
    }
  }

  static async create(size: Size, context: InputTrainingContext): Promise<CharacterCnnTrainer> {
    const open = (model: Uint8Array) => context.runtime.createSession(model, { threads: 1 })
    return new CharacterCnnTrainer(
      size,
      context,
      await open(tableGraph(size)),
      await open(gradientGraph(size)),
    )
  }

  async forward(tokens: readonly Int32Array[], out: FeatureColumns): Promise<void> {
    const { characters, filters } = this.size
    const table = floatTensor([characters, 3 * filters], this.table)
    await this.forwardSession.run(this.parameters, { table })
    this.convolve(tokens, out)
  }

  async backward(tokens: readonly Int32Array[], gradient: FeatureColumns): Promise<readonly []> {
    const { characters, filters } = this.size
    this.spread(tokens, gradient)
    const dTable = floatTensor([characters, 3 * filters], this.dTable)
    await this.backwardSession.run({ ...this.parameters, dTable }, this.gradients)
    return []
  }

  async release(): Promise<void> {
    await this.forwardSession.release()
    await this.backwardSession.release()
  }

  private convolve(tokens: readonly Int32Array[], { data, stride, offset }: FeatureColumns): void {
    const { table, bias } = this
    const { filters } = this.size
    const taps = 3 * filters
    if (this.argmax.length < tokens.length * filters)
      this.argmax = new Uint16Array(tokens.length * filters * 2)
    const { argmax } = this
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const target = n * stride + offset
      const best = n * filters
      for (let j = 0; j < ids.length; j++) {
        const left = j > 0 ? ids[j - 1] * taps : 0
        const center = ids[j] * taps + filters
        const right = (j < ids.length - 1 ? ids[j + 1] * taps : 0) + 2 * filters
        for (let f = 0; f < filters; f++) {
          const value = table[left + f] + table[center + f] + table[right + f]
          if (j === 0 || value > data[target + f]) {
            data[target + f] = value
            argmax[best + f] = j
          }
        }
      }
      for (let f = 0; f < filters; f++) data[target + f] += bias[f]
    }
  }

  /** The gradients of table and bias; row 0 of the table, which stands for padding, gets none. */
  private spread(tokens: readonly Int32Array[], { data, stride, offset }: FeatureColumns): void {
    const { argmax, dTable, dBias } = this
    const { filters } = this.size
    const taps = 3 * filters
    dTable.fill(0)
    dBias.fill(0)
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const last = ids.length - 1
      const source = n * stride + offset
      const best = n * filters
      for (let f = 0; f < filters; f++) {
        const d = data[source + f]
        const j = argmax[best + f]
        dBias[f] += d
        dTable[ids[j] * taps + filters + f] += d
        if (j > 0) dTable[ids[j - 1] * taps + f] += d
        if (j < last) dTable[ids[j + 1] * taps + 2 * filters + f] += d
      }
    }
  }
}

function tableInputs(g: GraphBuilder, { characters, dim, filters }: Size) {
  return {
    embedding: g.input('embedding', 'float32', [characters, dim]),
    filters: g.input('filters', 'float32', [dim, 3 * filters]),
  }
}

function tableGraph(size: Size): Uint8Array {
  const g = new GraphBuilder('character-tables')
  const { embedding, filters } = tableInputs(g, size)
  return encodeModel(g.finish({ table: g.matMul(embedding, filters) }))
}

function gradientGraph(size: Size): Uint8Array {
  const g = new GraphBuilder('character-tables-gradient')
  const { embedding, filters } = tableInputs(g, size)
  const dTable = g.input('dTable', 'float32', [size.characters, 3 * size.filters])
  const dEmbedding = g.matMul(dTable, filters, { transB: true })
  const dFilters = g.matMul(embedding, dTable, { transA: true })
  return encodeModel(g.finish({ dEmbedding, dFilters }))
}

/** No sum with it can be a maximum: it stands in for characters that are not there. */
const NOT_THERE = -1e9

/** The convolution as three table look-ups and a maximum. */
function inferredFeatures(
  g: GraphBuilder,
  size: Size,
  context: Pick<InferenceContext, 'value' | 'weight' | 'stored'>,
): Value {
  const ids = g.input(NAMES.ids, 'int32', ['distinct', 'width'])
  const windows = [
    g.slice(ids, { axis: 1, start: 0, end: -2 }),
    g.slice(ids, { axis: 1, start: 1, end: -1 }),
    g.slice(ids, { axis: 1, start: 2, end: Number.MAX_SAFE_INTEGER }),
  ]
  const shape = [size.characters, size.filters]
  const tables = tapTables(context.value(NAMES.embedding), context.value(NAMES.filters), size)
  const sums = windows.map((window, tap) =>
    g.gather(context.stored(`${NAMES.filters}.${tap}`, floatTensor(shape, tables[tap])), window),
  )
  const highest = g.reduceMax(g.add(g.add(sums[0], sums[1]), sums[2]), [1], { keepDims: false })
  return g.add(highest, context.weight(NAMES.bias))
}

/** Each character's share of each tap, `[characters, filters]`. */
function tapTables(
  embedding: Float32Array,
  weights: Float32Array,
  { characters, dim, filters }: Size,
): Float32Array[] {
  return [0, 1, 2].map(tap => {
    const table = new Float32Array(characters * filters)
    if (tap === 1) table.fill(NOT_THERE, 0, filters)
    for (let c = 1; c < characters; c++)
      for (let d = 0; d < dim; d++) {
        const x = embedding[c * dim + d]
        const at = d * 3 * filters + tap * filters
        for (let f = 0; f < filters; f++) table[c * filters + f] += x * weights[at + f]
      }
    return table
  })
}
