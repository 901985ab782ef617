/**
 * A token's characters read by a small BiLSTM; its features are the last state of each direction (Lample et al. 2016,
 * §4.1). Training works on the distinct tokens of a batch; the shipped graph uses ONNX's LSTM.
 */
import type { Vocabulary } from '../../encode/vocabulary.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import { gradients } from '../../engine/graph/gradients.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import { fusedRecurrent, fusedValues, toFusedLstm } from '../../engine/layers/fused.js'
import { lstm, lstmParameters } from '../../engine/layers/lstm.js'
import type { RecurrentSize } from '../../engine/layers/recurrent.js'
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
import { embedding, idTensor } from './table.js'

export const CHARACTER_LSTM: InputKind<InputSettings<'charLstm'>, Vocabulary> = {
  ...characterVocabulary,
  create: (settings, vocabulary) => [characterLstm(settings, vocabulary)],
}

const NAME = 'input.characterStates'

const NAMES = {
  /** `[characters, dim]`; row 0 is padding. */
  embedding: `${NAME}.characters`,
  /** See `lstmParameters`, for two directions. */
  weight: `${NAME}.weight`,
  /** The input of the shipped graph: int32 `[distinct, longest]`, 0 behind each token's last character. */
  ids: `ids:${NAME}`,
} as const

interface Size {
  readonly characters: number
  readonly lstm: RecurrentSize
}

function characterLstm(
  { dim, hidden }: InputSettings<'charLstm'>,
  vocabulary: Vocabulary,
): InputBlock<Int32Array> {
  const size: Size = { characters: vocabulary.size, lstm: { inputs: dim, hidden, directions: 2 } }
  return {
    width: 2 * hidden,
    parameters: [
      { name: NAMES.embedding, shape: [size.characters, dim], initial: embedding(dim), group: 'embedding' },
      { name: NAMES.weight, ...lstmParameters(size.lstm).weight },
    ],
    idOf: text => characterIds(text, vocabulary),
    train: context => CharacterLstmTrainer.create(size, context),
    infer: (g, context) => inferredStates(g, size, context),
    feed: ids => ({ [NAMES.ids]: paddedCharacters(ids) }),
  }
}

/** Lengths of the longest token in each group that is computed together, so that a few long tokens don't stretch all. */
const GROUPS = [4, 8, 16, Number.POSITIVE_INFINITY]

/** Tokens of similar length: which they are, and their characters. */
interface Group {
  readonly tokens: readonly number[]
  readonly feeds: Readonly<Record<string, Tensor>>
}

/**
 * The backward pass computes the states again: that costs a third more arithmetic, and nothing has to be kept between
 * the two. On one thread: the products are too small to share. Owns two sessions: `release` them.
 */
class CharacterLstmTrainer implements InputTrainer<Int32Array> {
  private groups: readonly Group[] = []
  private readonly parameters: Readonly<Record<string, Tensor>>
  private readonly dEmbedding: Float32Array
  private readonly dWeight: Float32Array

  private constructor(
    private readonly size: Size,
    { value, gradient }: InputTrainingContext,
    private readonly forwardSession: Session,
    private readonly backwardSession: Session,
  ) {
    this.parameters = {
      embedding: floatTensor([size.characters, size.lstm.inputs], value(NAMES.embedding)),
      weight: floatTensor(lstmParameters(size.lstm).weight.shape, value(NAMES.weight)),
    }
    this.dEmbedding = gradient(NAMES.embedding)
    this.dWeight = gradient(NAMES.weight)
  }

  static async create(size: Size, context: InputTrainingContext): Promise<CharacterLstmTrainer> {
    const open = (model: Uint8Array) => context.runtime.createSession(model, { threads: 1 })
    return new CharacterLstmTrainer(
      size,
      context,
      await open(forwardGraph(size)),
      await open(backwardGraph(size)),
    )
  }

  async forward(tokens: readonly Int32Array[], { data, stride, offset }: FeatureColumns): Promise<void> {
    const { hidden } = this.size.lstm
    const width = 2 * hidden
    this.groups = groupsOf(tokens, hidden)
    for (const group of this.groups) {
      const { features } = await this.forwardSession.run({ ...group.feeds, ...this.parameters })
      const values = features.data as Float32Array // [batch, width]
      group.tokens.forEach((token, b) => {
        data.set(values.subarray(b * width, (b + 1) * width), token * stride + offset)
      })
    }
  }

  async backward(_: unknown, { data, stride, offset }: FeatureColumns): Promise<readonly []> {
    const width = 2 * this.size.lstm.hidden
    this.dEmbedding.fill(0)
    this.dWeight.fill(0)
    for (const { tokens, feeds } of this.groups) {
      const own = new Float32Array(tokens.length * width)
      tokens.forEach((token, b) => {
        const from = token * stride + offset
        own.set(data.subarray(from, from + width), b * width)
      })
      const dFeatures = floatTensor([tokens.length, width], own)
      const results = await this.backwardSession.run({ ...feeds, ...this.parameters, dFeatures })
      addTo(this.dEmbedding, results.dEmbedding.data as Float32Array)
      addTo(this.dWeight, results.dWeight.data as Float32Array)
    }
    return []
  }

  async release(): Promise<void> {
    await this.forwardSession.release()
    await this.backwardSession.release()
  }
}

function trainingInputs(g: GraphBuilder, { characters, lstm: size }: Size) {
  const { inputs, hidden } = size
  const embedding = g.input('embedding', 'float32', [characters, inputs])
  const weight = g.input('weight', 'float32', lstmParameters(size).weight.shape)
  const ids = g.input('ids', 'int32', ['time', 'batch'])
  const extraRows = g.input('extraRows', 'float32', ['time', 2, 'batch'])
  const zeros = g.input('zeros', 'float32', [2, hidden, 'batch'])
  const last = g.input('last', 'float32', ['time', 1, 'batch'])
  const x = g.transpose(g.gather(embedding, ids), [0, 2, 1])
  const y = lstm(g, x, { weight }, { extraRows, zeros }, size)
  const [ahead, behind] = g.split(y, [hidden, hidden], 1)
  const end = g.reduceSum(g.mul(ahead, last), [0]) // [hidden, batch]
  const first = g.squeeze(g.slice(behind, { axis: 0, start: 0, end: 1 }), [0])
  return { embedding, weight, features: g.transpose(g.concat([end, first], 0), [1, 0]) }
}

function forwardGraph(size: Size): Uint8Array {
  const g = new GraphBuilder('character-lstm')
  return encodeModel(g.finish({ features: trainingInputs(g, size).features }))
}

function backwardGraph(size: Size): Uint8Array {
  const g = new GraphBuilder('character-lstm-gradient')
  const { embedding, weight, features } = trainingInputs(g, size)
  const dFeatures = g.input('dFeatures', 'float32', ['batch', 2 * size.lstm.hidden])
  const product = g.reduceSum(g.mul(features, dFeatures), [0, 1])
  const [dEmbedding, dWeight] = gradients(g, product, [embedding, weight])
  return encodeModel(g.finish({ dEmbedding, dWeight }))
}

/** @returns `[distinct, 2 · hidden]` */
function inferredStates(
  g: GraphBuilder,
  { lstm: size }: Size,
  context: Pick<InferenceContext, 'value' | 'weight' | 'stored'>,
): Value {
  const ids = g.input(NAMES.ids, 'int32', ['distinct', 'longest'])
  const fused = toFusedLstm({ weight: context.value(NAMES.weight) }, size)
  const weights = fusedValues(fused, (part, tensor) => context.stored(`${NAME}.${part}`, tensor))
  const lengths = g.reduceSum(g.cast(g.greater(ids, 0), 'int32'), [1])
  const x = g.gather(context.weight(NAMES.embedding), g.transpose(ids, [1, 0])) // [longest, distinct, dim]
  return fusedRecurrent(g, 'lstm', x, weights, lengths, size).last
}

function groupsOf(tokens: readonly Int32Array[], hidden: number): Group[] {
  const members: number[][] = GROUPS.map(() => [])
  tokens.forEach((ids, token) => {
    members[GROUPS.findIndex(longest => ids.length <= longest)].push(token)
  })
  return members.filter(own => own.length > 0).map(own => groupOf(own, tokens, hidden))
}

function groupOf(members: readonly number[], tokens: readonly Int32Array[], hidden: number): Group {
  const batch = members.length
  const time = members.reduce((most, token) => Math.max(most, tokens[token].length), 1)
  const ids = new Int32Array(time * batch)
  const extraRows = new Float32Array(time * 2 * batch)
  const last = new Float32Array(time * batch)
  members.forEach((token, b) => {
    const own = tokens[token]
    for (let t = 0; t < time; t++) {
      extraRows[t * 2 * batch + b] = 1
      if (t < own.length) ids[t * batch + b] = own[t]
      else extraRows[(t * 2 + 1) * batch + b] = 1
    }
    last[(own.length - 1) * batch + b] = 1
  })
  const feeds = {
    ids: idTensor([time, batch], ids),
    extraRows: floatTensor([time, 2, batch], extraRows),
    zeros: floatTensor([2, hidden, batch], new Float32Array(2 * hidden * batch)),
    last: floatTensor([time, 1, batch], last),
  }
  return { tokens: members, feeds }
}

function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i]
}
