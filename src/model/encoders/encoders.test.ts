import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import {
  ENCODER_BLOCK_DEFAULTS,
  type EncoderBlockConfig,
  type EncoderKind,
} from '../../config/encoder-blocks.js'
import { GraphBuilder } from '../../graph/builder.js'
import { gradients } from '../../graph/gradients.js'
import { encodeModel } from '../../onnx/encode.js'
import { nodeRuntime } from '../../runtime/node/ort-node.js'
import { referenceRuntime } from '../../runtime/reference/reference.js'
import type { Runtime, Tensor } from '../../runtime/runtime.js'
import { StepBuffers } from '../../train/step-buffers.js'
import { stepTensor } from '../../train/step-tensor.js'
import { InferenceValues } from '../inference-values.js'
import { ParameterStore } from '../parameter-store.js'
import { StepInputs } from '../step-inputs.js'
import { createEncoder } from './create-encoder.js'

const INPUTS = 5

/** Encoders that are put through everything below, by the kind they are about; none may be missing. */
const CASES: { readonly [Kind in EncoderKind]: readonly Partial<EncoderBlockConfig<Kind>>[] } = {
  lstm: [{ hidden: 3 }, { hidden: 2, layers: 3 }],
  bilstm: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  gru: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  bigru: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  cnn: [
    { filters: 4, layers: 1, residual: false },
    { filters: 3, layers: 4, dilations: [1, 2], width: 2 },
    { filters: 5, layers: 2, dilations: [1, 3] },
  ],
  attention: [
    { score: 'dot', combine: 'replace', positions: 'sinusoidal' },
    { score: 'scaled-dot', combine: 'concatenate', positions: 'learned', maxTime: 20 },
    { score: 'bahdanau', dim: 4 },
    { score: 'multi-head', heads: 2, dim: 8, positions: 'rotary' },
    { score: 'multi-head', heads: 3, dim: 3, combine: 'concatenate' },
  ],
  transformer: [
    { width: 8, heads: 2, feedForward: 6 },
    {
      width: 5,
      heads: 1,
      feedForward: 7,
      layers: 1,
      positions: 'sinusoidal',
      norm: 'post',
      activation: 'relu',
    },
    { width: 6, heads: 3, feedForward: 4, layers: 3, positions: 'learned', maxTime: 4, norm: 'post' },
    { width: 4, heads: 2, feedForward: 4, positions: 'none', activation: 'relu' },
  ],
  reformer: [
    { width: 8, heads: 2, feedForward: 5, feedForwardChunk: 4, chunk: 16 },
    { width: 6, heads: 2, layers: 1, positions: 'none', chunk: 11, attentionWeights: true },
  ],
}
const NUMBER_OF_CASES = 22
// Recurrent 25, cnn 14, attention 13, transformer 107, reformer 30
const NUMBER_OF_PARAMETERS = 189

const encoders: [string, readonly EncoderBlockConfig[]][] = Object.entries(CASES).flatMap(([kind, cases]) =>
  cases.map((settings, i): [string, EncoderBlockConfig[]] => {
    const defaults = ENCODER_BLOCK_DEFAULTS[kind as EncoderKind]
    return [`${kind} ${i}`, [{ ...defaults, ...settings, dropout: 0 } as EncoderBlockConfig]]
  }),
)

interface Batch {
  /** `[sentence][token][feature]` */
  readonly sentences: readonly (readonly Float32Array[])[]
  readonly time: number
}

function batchOf(lengths: readonly number[], seed: number, time = Math.max(2, ...lengths)): Batch {
  const random = Random.fromSeed(seed)
  const token = () => Float32Array.from({ length: INPUTS }, () => random.normal())
  return { sentences: lengths.map(length => Array.from({ length }, token)), time }
}

/** An encoder's two graphs over the same parameters, run on one batch. */
class Subject {
  private readonly store: ParameterStore
  readonly width: number

  constructor(
    private readonly settings: readonly EncoderBlockConfig[],
    private readonly runtime: Runtime,
  ) {
    const blocks = createEncoder(settings, INPUTS)
    this.width = blocks[blocks.length - 1].width
    this.store = new ParameterStore(
      blocks.flatMap(block => block.parameters),
      { random: Random.fromSeed(5) },
    )
    // Away from special points such as zero biases and unit scales.
    const random = Random.fromSeed(6)
    for (const { name, value } of this.store.parameters)
      if (!/weight|input/.test(name)) for (let i = 0; i < value.length; i++) value[i] += 0.1 * random.normal()
  }

  /** @returns `[sentence][token · width]` */
  async infer({ sentences, time }: Batch): Promise<Float32Array[]> {
    const g = new GraphBuilder('inference')
    const x = g.input('x', 'float32', ['time', 'batch', INPUTS])
    const lengths = g.input('lengths', 'int32', ['batch'])
    const tokens = g.input('tokens', 'int32', ['time', 'batch'])
    const shapes = new Map(this.store.parameters.map(({ name, shape }) => [name, shape]))
    const values = new InferenceValues(g, shapes, name => this.store.get(name).value, lengths, tokens)
    const y = createEncoder(this.settings, INPUTS).reduce(
      (states, block) => block.infer(g, states, values),
      x,
    )
    assert.deepEqual(y.shape, ['time', 'batch', this.width])
    const batch = sentences.length
    const data = new Float32Array(time * batch * INPUTS)
    sentences.forEach((tokens, b) => {
      tokens.forEach((features, t) => {
        data.set(features, (t * batch + b) * INPUTS)
      })
    })
    // Whatever the model asks for: a recurrent one needs no tokens.
    const graph = g.finish({ y })
    const feeds: Record<string, Tensor> = {
      x: { type: 'float32', shape: [time, batch, INPUTS], data },
      lengths: { type: 'int32', shape: [batch], data: Int32Array.from(sentences, s => s.length) },
      tokens: { type: 'int32', shape: [time, batch], data: new Int32Array(time * batch) },
    }
    const session = await this.runtime.createSession(
      encodeModel(graph, { initialisers: values.initialisers }),
    )
    const used = Object.fromEntries(session.inputNames.map(name => [name, feeds[name]]))
    const found = (await session.run(used)).y.data as Float32Array
    await session.release()
    return sentences.map((tokens, b) => {
      const own = tokens.map((_, t) =>
        found.slice((t * batch + b) * this.width, (t * batch + b + 1) * this.width),
      )
      return Float32Array.from(own.flatMap(row => [...row]))
    })
  }

  /** States as `infer` gives them, and the gradients of their product with fixed random numbers. */
  async train({ sentences, time }: Batch) {
    const g = new GraphBuilder('training')
    const x = g.input('x', 'float32', ['time', INPUTS, 'batch'])
    const trained = this.store.parameters.filter(({ trainable }) => trainable)
    const weights = new Map(trained.map(({ name, shape }) => [name, g.input(name, 'float32', shape)]))
    const weight = (name: string) => weights.get(name) ?? assert.fail(name)
    const context = new StepInputs(g, weight)
    const blocks = createEncoder(this.settings, INPUTS)
    const y = blocks.reduce((states, block) => block.train(g, states, context), x)
    assert.deepEqual(y.shape, ['time', this.width, 'batch'])
    const direction = g.input('direction', 'float32', ['time', this.width, 'batch'])
    const loss = g.reduceSum(g.mul(y, direction), [0, 1, 2])
    const names = [...weights.keys()]
    const [dX, ...dWeights] = gradients(g, loss, [x, ...names.map(weight)])
    const outputs = Object.fromEntries(names.map((name, i) => [`d:${name}`, dWeights[i]]))
    const session = await this.runtime.createSession(encodeModel(g.finish({ y, dX, ...outputs })))
    const batch = sentences.length
    const shape = { time, batch, lengths: Int32Array.from(sentences, s => s.length) }
    const buffers = new StepBuffers()
    const random = Random.fromSeed(7)
    const xData = new Float32Array(time * INPUTS * batch)
    const directionData = new Float32Array(time * this.width * batch)
    sentences.forEach((tokens, b) => {
      tokens.forEach((features, t) => {
        features.forEach((value, d) => {
          xData[(t * INPUTS + d) * batch + b] = value
        })
        for (let d = 0; d < this.width; d++)
          directionData[(t * this.width + d) * batch + b] = Math.sin(1 + t * 3.1 + d * 1.7 + tokens.length)
      })
    })
    const feeds: Record<string, Tensor> = {
      x: { type: 'float32', shape: [time, INPUTS, batch], data: xData },
      direction: { type: 'float32', shape: [time, this.width, batch], data: directionData },
      ...Object.fromEntries(
        context.inputs.map(input => [input.name, stepTensor(input, shape, buffers, random)]),
      ),
      ...Object.fromEntries(
        this.store.parameters.map(({ name, shape, value }) => [
          name,
          { type: 'float32' as const, shape, data: value },
        ]),
      ),
    }
    const used = Object.fromEntries(session.inputNames.map(name => [name, feeds[name]]))
    const results = await session.run(used)
    await session.release()
    const states = results.y.data as Float32Array
    const own = (data: Float32Array, width: number) =>
      sentences.map((tokens, b) =>
        Float32Array.from({ length: tokens.length * width }, (_, i) => {
          const t = Math.floor(i / width)
          return data[(t * width + (i % width)) * batch + b]
        }),
      )
    return {
      states: own(states, this.width),
      dX: own(results.dX.data as Float32Array, INPUTS),
      wholeDX: results.dX.data as Float32Array,
      gradients: new Map(names.map(name => [name, results[`d:${name}`].data as Float32Array])),
    }
  }
}

function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  assert.deepEqual(
    a.map(part => part.length),
    b.map(part => part.length),
  )
  return Math.max(
    ...a.map((part, i) =>
      part.reduce((most, v, j) => Math.max(most, Math.abs(v - b[i][j]) / Math.max(1, Math.abs(v))), 0),
    ),
  )
}

const LENGTHS = [7, 1, 4, 11, 2]
const RUNTIMES = { node: nodeRuntime, reference: referenceRuntime } as const

for (const [name, settings] of encoders)
  test(`${name}: training and inference agree, padding changes nothing, every parameter gets a gradient`, async () => {
    const batch = batchOf(LENGTHS, 11)
    const states: Float32Array[][] = []
    for (const create of Object.values(RUNTIMES)) {
      const subject = new Subject(settings, create())
      const inferred = await subject.infer(batch)
      const trained = await subject.train(batch)
      assert.ok(difference(inferred, trained.states) < 1e-5)
      states.push(inferred)
      const wide = await subject.train({ ...batch, time: batch.time + 3 })
      assert.ok(difference(trained.states, wide.states) < 1e-5)
      assert.ok(difference(trained.dX, wide.dX) < 1e-5)
      let zeros = 0
      wide.wholeDX.forEach((value, at) => {
        const t = Math.floor(at / (INPUTS * LENGTHS.length))
        if (t < LENGTHS[at % LENGTHS.length]) return
        assert.equal(Math.abs(value), 0)
        zeros++
      })
      assert.equal(zeros, (14 * LENGTHS.length - LENGTHS.reduce((a, b) => a + b)) * INPUTS)
      const sums = new Map<string, Float32Array>()
      for (const [b, sentence] of batch.sentences.entries()) {
        const alone: Batch = { sentences: [sentence], time: Math.max(2, sentence.length) }
        const apart = await subject.train(alone)
        assert.ok(difference([inferred[b]], apart.states) < 1e-5)
        assert.ok(difference([inferred[b]], await subject.infer(alone)) < 1e-5)
        assert.ok(difference([trained.dX[b]], apart.dX) < 1e-4)
        for (const [parameter, values] of apart.gradients) {
          const sum = sums.get(parameter) ?? new Float32Array(values.length)
          sums.set(
            parameter,
            sum.map((value, i) => value + values[i]),
          )
        }
      }
      for (const [parameter, gradient] of trained.gradients) {
        assert.ok(gradient.every(Number.isFinite), parameter)
        assert.ok(
          gradient.some(value => Math.abs(value) > 1e-6),
          `${parameter} gets no gradient`,
        )
        assert.ok(difference([gradient], [sums.get(parameter) ?? new Float32Array(0)]) < 2e-4, parameter)
      }
    }
    assert.ok(difference(states[0], states[1]) < 1e-5)
  })

test('every kind of block has its cases', () => {
  assert.deepEqual(Object.keys(CASES), Object.keys(ENCODER_BLOCK_DEFAULTS))
  assert.equal(encoders.length, NUMBER_OF_CASES)
})

test('with dropout, every parameter gets a gradient, and none comes back from padding', async () => {
  let parameters = 0
  for (const [name, [settings]] of encoders) {
    const subject = new Subject([{ ...settings, dropout: 0.25 }], nodeRuntime())
    const { gradients, wholeDX } = await subject.train(batchOf(LENGTHS, 8, 14))
    for (const [parameter, gradient] of gradients) {
      assert.ok(gradient.every(Number.isFinite), `${name}: ${parameter}`)
      assert.ok(
        gradient.some(value => value !== 0),
        `${name}: ${parameter} gets no gradient`,
      )
      parameters++
    }
    wholeDX.forEach((value, at) => {
      const t = Math.floor(at / (INPUTS * LENGTHS.length))
      if (t >= LENGTHS[at % LENGTHS.length]) assert.equal(Math.abs(value), 0, name)
    })
  }
  assert.equal(parameters, NUMBER_OF_PARAMETERS)
})

test('blocks stand one on another', async () => {
  const stack = [
    { ...ENCODER_BLOCK_DEFAULTS.gru, hidden: 4, dropout: 0 },
    { ...ENCODER_BLOCK_DEFAULTS.bilstm, hidden: 3, dropout: 0 },
  ]
  const subject = new Subject(stack, nodeRuntime())
  assert.equal(subject.width, 6)
  const batch = batchOf(LENGTHS, 3)
  assert.ok(difference(await subject.infer(batch), (await subject.train(batch)).states) < 1e-5)
})
