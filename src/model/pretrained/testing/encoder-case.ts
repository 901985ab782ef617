/** Pretrained encoders in a tagger's graphs: their states, and the gradients of a loss. */
import assert from 'node:assert/strict'
import { Random } from '../../../base/random.js'
import { GraphBuilder } from '../../../engine/graph/builder.js'
import { gradients } from '../../../engine/graph/gradients.js'
import type { Value } from '../../../engine/graph/value.js'
import { encodeModel } from '../../../engine/onnx/encode.js'
import { ParameterStore } from '../../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../../engine/runtime/node/ort-node.js'
import type { Tensor } from '../../../engine/runtime/runtime.js'
import { InferenceValues } from '../../inference-values.js'
import { StepBuffers, StepInputs } from '../../step-inputs.js'
import { type EncoderArchitecture, parseArchitecture } from '../architecture.js'
import { pretrainedBlock } from '../encoder-block.js'
import { type EncoderWeights, PIECES } from '../encoder-weights.js'
import type { PretrainedNetwork } from '../layout.js'
import { encoderFeatures } from '../pieces.js'

/** What PyTorch computes with an encoder. */
export interface Family {
  /** Of each sentence, the special pieces among them. */
  readonly ids: readonly (readonly number[])[]
  readonly states: readonly (readonly number[])[]
  readonly loss: number
  readonly gradients: Readonly<Record<string, readonly [squares: number, product: number]>>
}

const SETTINGS: PretrainedNetwork['settings'] = {
  ...{ folder: 'x', source: 'auto', frozen: 0, mixing: false, pooling: 'first', dropout: 0, context: 0 },
  ...{ learningRate: 1e-4, layerDecay: 1, recompute: false },
}

export interface Opened {
  readonly architecture: EncoderArchitecture
  readonly weights: EncoderWeights
  readonly network: PretrainedNetwork
  readonly store: ParameterStore
}

export function prepareEncoder(
  { architecture, weights }: Pick<Opened, 'architecture' | 'weights'>,
  settings: Partial<PretrainedNetwork['settings']> = {},
): Opened {
  // What a run keeps is text.
  const stored = parseArchitecture(JSON.parse(JSON.stringify(architecture)), 'x')
  const network = { architecture: stored, weights, settings: { ...SETTINGS, ...settings } }
  const { parameters } = pretrainedBlock(network, encoderFeatures(architecture))
  const store = new ParameterStore(parameters, { random: Random.fromSeed(1) })
  return { architecture, weights, network, store }
}

/** Features of a padded batch, `[time, features, batch]`, or `[time, batch, features]`. Padding holds numbers too. */
function features({ architecture, weights }: Opened, ids: Family['ids'], time: number, isLast: boolean) {
  const dim = encoderFeatures(architecture)
  const { embedding } = architecture
  const pieces = weights.get(PIECES) as Float32Array
  const batch = ids.length
  const data = new Float32Array(time * batch * dim).fill(0.7)
  ids.forEach((own, b) => {
    own.forEach((id, t) => {
      for (let d = 0; d < dim; d++)
        data[isLast ? (t * batch + b) * dim + d : (t * dim + d) * batch + b] =
          d < embedding ? pieces[id * embedding + d] : id
    })
  })
  return data
}

export async function infer(opened: Opened, ids: Family['ids']) {
  const { network, store, architecture } = opened
  const dim = encoderFeatures(architecture)
  const g = new GraphBuilder('inference')
  const x = g.input('x', 'float32', ['time', 'batch', dim])
  const lengths = g.input('lengths', 'int32', ['batch'])
  const tokens = g.input('tokens', 'int32', ['time', 'batch'])
  const shapes = new Map(store.parameters.map(({ name, shape }) => [name, shape]))
  const values = new InferenceValues(g, shapes, name => store.get(name).value, { lengths, tokens })
  const y = pretrainedBlock(network, dim).infer(g, x, values)
  const model = encodeModel(g.finish({ y }), { initializers: values.initializers })
  await using session = await nodeRuntime().createSession(model, { threads: 1 })
  const batch = ids.length
  const time = Math.max(...ids.map(({ length }) => length)) + 2
  const feeds: Record<string, Tensor> = {
    x: { type: 'float32', shape: [time, batch, dim], data: features(opened, ids, time, true) },
    lengths: { type: 'int32', shape: [batch], data: Int32Array.from(ids, ({ length }) => length) },
    tokens: { type: 'int32', shape: [time, batch], data: new Int32Array(time * batch) },
  }
  const { y: found } = await session.run(feeds, { y: null })
  const data = found.data as Float32Array
  const { width } = architecture
  return ids.map((own, b) =>
    own.flatMap((_, t) => Array.from(data.subarray((t * batch + b) * width, (t * batch + b + 1) * width))),
  )
}

export function largest(found: readonly number[], expected: readonly number[]): number {
  assert.equal(found.length, expected.length)
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
}

/** Gradients of PyTorch's loss: each state times a wave. */
export async function gradientsOf(opened: Opened, { ids }: Pick<Family, 'ids'>) {
  const { network, store, architecture } = opened
  const { width } = architecture
  const dim = encoderFeatures(architecture)
  const batch = ids.length
  const time = Math.max(...ids.map(({ length }) => length))
  const g = new GraphBuilder('training')
  const inputs = new Map(store.parameters.map(({ name, shape }) => [name, g.input(name, 'float32', shape)]))
  const context = new StepInputs(g, name => inputs.get(name) as Value)
  const x = g.input('x', 'float32', ['time', dim, 'batch'])
  const states = pretrainedBlock(network, dim).train(g, x, context)
  const wave = g.input('wave', 'float32', ['time', width, 1])
  const loss = g.reduceSum(g.mul(states, wave), [0, 1, 2])
  const trained = store.parameters.filter(({ trainable }) => trainable).map(({ name }) => name)
  const [dX, ...all] = gradients(g, loss, [x, ...trained.map(name => inputs.get(name) as Value)])
  const outputs = Object.fromEntries(trained.map((name, i) => [`d:${name}`, all[i]]))
  const model = encodeModel(g.finish({ loss, 'd:x': dX, ...outputs }))
  await using session = await nodeRuntime().createSession(model, { threads: 1 })
  const size = { time, batch, lengths: Int32Array.from(ids, ({ length }) => length) }
  const feeds: Record<string, Tensor> = {
    x: { type: 'float32', shape: [time, dim, batch], data: features(opened, ids, time, false) },
    wave: {
      ...{ type: 'float32', shape: [time, width, 1] },
      data: Float32Array.from({ length: time * width }, (_, i) => Math.sin(i)),
    },
  }
  for (const { name, shape, value } of store.parameters) feeds[name] = { type: 'float32', shape, data: value }
  for (const input of context.inputs)
    feeds[input.name] = input.tensor(size, new StepBuffers(), Random.fromSeed(1))
  const used = Object.fromEntries(session.inputNames.map(name => [name, feeds[name]]))
  const results = await session.run(used, {
    ...{ loss: null, 'd:x': null },
    ...Object.fromEntries(trained.map(name => [`d:${name}`, null])),
  })
  return {
    loss: (results.loss.data as Float32Array)[0],
    dX: results['d:x'].data as Float32Array,
    found: new Map(trained.map(name => [name, results[`d:${name}`].data as Float32Array])),
  }
}
