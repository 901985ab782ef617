/**
 * A token's characters read by a small BiLSTM, both ways; its features are the last state of each direction (Lample et
 * al. 2016, §4.1). Training, over the distinct tokens of a batch; the shipped graph has the same with ONNX's LSTM.
 */

import { GraphBuilder } from '../../engine/graph/builder.js'
import { gradients } from '../../engine/graph/gradients.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import { fusedRecurrent, fusedValues, toFusedLstm } from '../../engine/layers/fused.js'
import { lstm, lstmParameters } from '../../engine/layers/lstm.js'
import type { RecurrentSize } from '../../engine/layers/recurrent.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import type { Runtime, Session, Tensor } from '../../engine/runtime/runtime.js'
import type { RowPlace } from './character-cnn.js'

/** The parameters of a character BiLSTM, or their gradients. */
export interface CharacterLstmParameters {
  /** `[characters, dim]`; row 0 is padding. */
  readonly embedding: Float32Array
  /** See `lstmParameters`, for two directions. */
  readonly weight: Float32Array
}

export interface CharacterLstmSize {
  readonly characters: number
  readonly dim: number
  /** Units a direction. */
  readonly hidden: number
}

/** Longest tokens of each group that is worked out together, so that few long ones do not stretch all. */
const GROUPS = [4, 8, 16, Number.POSITIVE_INFINITY]

export function characterLstmSize({ dim, hidden }: Omit<CharacterLstmSize, 'characters'>): RecurrentSize {
  return { inputs: dim, hidden, directions: 2 }
}

/** Tokens of about one length: which they are, and their characters, `[time, batch]`. */
interface Group {
  readonly tokens: readonly number[]
  readonly time: number
  readonly feeds: Readonly<Record<string, Tensor>>
}

/**
 * The backward pass works the states out again: that costs a third more arithmetic, and nothing has to be kept between
 * the two. On one thread: the products are too small to share. Owns two sessions: `release` them.
 */
export class CharacterLstm {
  private groups: readonly Group[] = []

  private constructor(
    private readonly size: CharacterLstmSize,
    private readonly forwardSession: Session,
    private readonly backwardSession: Session,
  ) {}

  static async create(size: CharacterLstmSize, runtime: Runtime): Promise<CharacterLstm> {
    const one = { threads: 1 }
    const sessions = [forwardGraph(size), backwardGraph(size)].map(model => runtime.createSession(model, one))
    const [forward, backward] = await Promise.all(sessions)
    return new CharacterLstm(size, forward, backward)
  }

  /**
   * Writes each token's features, `2 · hidden` of them, to `out`.
   * @param tokens the character ids of each token, each of length ≥ 1
   */
  async forward(
    tokens: readonly Int32Array[],
    parameters: CharacterLstmParameters,
    out: Float32Array,
    place: RowPlace,
  ): Promise<void> {
    const width = 2 * this.size.hidden
    this.groups = groupsOf(tokens, this.size.hidden)
    for (const group of this.groups) {
      const feeds = { ...group.feeds, ...this.fed(parameters) }
      const { features } = await this.forwardSession.run(feeds)
      const values = features.data as Float32Array // [batch, width]
      group.tokens.forEach((token, b) => {
        out.set(values.subarray(b * width, (b + 1) * width), token * place.stride + place.offset)
      })
    }
  }

  /**
   * The gradients of the parameters, overwriting what is there, for the tokens of the last `forward`.
   * @param dOut gradient of what `forward` wrote, in the same places
   */
  async backward(
    parameters: CharacterLstmParameters,
    dOut: Float32Array,
    place: RowPlace,
    gradient: CharacterLstmParameters,
  ): Promise<void> {
    const width = 2 * this.size.hidden
    gradient.embedding.fill(0)
    gradient.weight.fill(0)
    for (const { tokens, feeds } of this.groups) {
      const own = new Float32Array(tokens.length * width)
      tokens.forEach((token, b) => {
        const from = token * place.stride + place.offset
        own.set(dOut.subarray(from, from + width), b * width)
      })
      const results = await this.backwardSession.run({
        ...feeds,
        ...this.fed(parameters),
        dFeatures: floatTensor([tokens.length, width], own),
      })
      addTo(gradient.embedding, results.dEmbedding.data as Float32Array)
      addTo(gradient.weight, results.dWeight.data as Float32Array)
    }
  }

  async release(): Promise<void> {
    await this.forwardSession.release()
    await this.backwardSession.release()
  }

  private fed({ embedding, weight }: CharacterLstmParameters): Record<string, Tensor> {
    const { characters, dim } = this.size
    return {
      embedding: floatTensor([characters, dim], embedding),
      weight: floatTensor(lstmParameters(characterLstmSize(this.size)).weight.shape, weight),
    }
  }
}

/**
 * The same features in the shipped graph.
 *
 * @param ids int32 `[tokens, longest]`, 0 behind each token's last character
 * @param stored the parameters as initializers; those of the LSTM by their part
 * @returns `[tokens, 2 · hidden]`
 */
export function characterStates(
  g: GraphBuilder,
  ids: Value,
  values: CharacterLstmParameters,
  { characters, dim, hidden }: CharacterLstmSize,
  stored: (part: string, tensor: Tensor) => Value,
): Value {
  const size = characterLstmSize({ dim, hidden })
  const weights = fusedValues(toFusedLstm(values, size), stored)
  const lengths = g.reduceSum(g.cast(g.greater(ids, 0), 'int32'), [1])
  const embedding = stored('embedding', floatTensor([characters, dim], values.embedding))
  const x = g.gather(embedding, g.transpose(ids, [1, 0])) // [longest, tokens, dim]
  return fusedRecurrent(g, 'lstm', x, weights, lengths, size).last
}

function trainingInputs(g: GraphBuilder, { characters, dim, hidden }: CharacterLstmSize) {
  const size = characterLstmSize({ dim, hidden })
  const embedding = g.input('embedding', 'float32', [characters, dim])
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

function forwardGraph(size: CharacterLstmSize): Uint8Array {
  const g = new GraphBuilder('character-lstm')
  return encodeModel(g.finish({ features: trainingInputs(g, size).features }))
}

function backwardGraph(size: CharacterLstmSize): Uint8Array {
  const g = new GraphBuilder('character-lstm-gradient')
  const { embedding, weight, features } = trainingInputs(g, size)
  const dFeatures = g.input('dFeatures', 'float32', ['batch', 2 * size.hidden])
  const product = g.reduceSum(g.mul(features, dFeatures), [0, 1])
  const [dEmbedding, dWeight] = gradients(g, product, [embedding, weight])
  return encodeModel(g.finish({ dEmbedding, dWeight }))
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
    ids: { type: 'int32', shape: [time, batch], data: ids },
    extraRows: floatTensor([time, 2, batch], extraRows),
    zeros: floatTensor([2, hidden, batch], new Float32Array(2 * hidden * batch)),
    last: floatTensor([time, 1, batch], last),
  } as const
  return { tokens: members, time, feeds }
}

function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i]
}
