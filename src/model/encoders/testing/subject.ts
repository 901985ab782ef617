/** An encoder as tests see it: sentences in, states and gradients out, by both of its graphs. */
import assert from 'node:assert/strict'
import { Random } from '../../../base/random.js'
import type { EncoderBlockConfig } from '../../../config/encoder-blocks.js'
import { GraphBuilder } from '../../../engine/graph/builder.js'
import { gradients } from '../../../engine/graph/gradients.js'
import { encodeModel } from '../../../engine/onnx/encode.js'
import { ParameterStore } from '../../../engine/optim/parameter-store.js'
import type { Runtime, Tensor } from '../../../engine/runtime/runtime.js'
import { InferenceValues } from '../../inference-values.js'
import { StepBuffers, StepInputs } from '../../step-inputs.js'
import { createEncoder } from '../create-encoder.js'

/** Features of a token. */
export const INPUTS = 5

export interface Batch {
  /** `[sentence][token][feature]` */
  readonly sentences: readonly (readonly Float32Array[])[]
  readonly time: number
}

export function batchOf(lengths: readonly number[], seed: number, time = Math.max(2, ...lengths)): Batch {
  const random = Random.fromSeed(seed)
  const token = () => Float32Array.from({ length: INPUTS }, () => random.normal())
  return { sentences: lengths.map(length => Array.from({ length }, token)), time }
}

/** An encoder's two graphs over the same parameters, run on one batch. */
export class Subject {
  private readonly store: ParameterStore
  readonly width: number
  /** Names of the attentions whose weights the graph of the last `infer` offered. */
  attentions: readonly string[] = []

  constructor(
    private readonly settings: readonly EncoderBlockConfig[],
    private readonly runtime: Runtime,
    options: { readonly valuesByName?: boolean } = {},
  ) {
    const blocks = createEncoder(settings, INPUTS)
    this.width = blocks[blocks.length - 1].width
    const specs = blocks.flatMap(block => block.parameters)
    this.store = new ParameterStore(specs, { random: Random.fromSeed(5) })
    const random = Random.fromSeed(6)
    for (const spec of specs) {
      const { value } = this.store.get(spec.name)
      const own = options.valuesByName ? Random.fromSeed(seedOf(spec.name)) : random
      if (options.valuesByName) value.set(new ParameterStore([spec], { random: own }).get(spec.name).value)
      // Away from special points such as zero biases and unit scales.
      if (!/weight|input/.test(spec.name))
        for (let i = 0; i < value.length; i++) value[i] += 0.1 * own.normal()
    }
  }

  /** @returns `[sentence][token · width]` */
  async infer({ sentences, time }: Batch): Promise<Float32Array[]> {
    const g = new GraphBuilder('inference')
    const x = g.input('x', 'float32', ['time', 'batch', INPUTS])
    const lengths = g.input('lengths', 'int32', ['batch'])
    const tokens = g.input('tokens', 'int32', ['time', 'batch'])
    const shapes = new Map(this.store.parameters.map(({ name, shape }) => [name, shape]))
    const values = new InferenceValues(g, shapes, name => this.store.get(name).value, { lengths, tokens })
    const y = createEncoder(this.settings, INPUTS).reduce(
      (states, block) => block.infer(g, states, values),
      x,
    )
    assert.deepEqual(y.shape, ['time', 'batch', this.width])
    this.attentions = [...values.attentions.keys()]
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
      encodeModel(graph, { initializers: values.initializers }),
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
      ...Object.fromEntries(context.inputs.map(input => [input.name, input.tensor(shape, buffers, random)])),
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

/** The largest relative difference, absolute for numbers below 1. */
export function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
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

/** For numbers that follow from the parameter's name alone, whatever other parameters there are. */
function seedOf(name: string): number {
  return [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7)
}
