import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import { gradients } from '../../engine/graph/gradients.js'
import type { Value } from '../../engine/graph/value.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import { ParameterStore } from '../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import { InferenceValues } from '../inference-values.js'
import { StepBuffers, StepInputs } from '../step-inputs.js'
import { longestSequence, parseArchitecture } from './architecture.js'
import { pretrainedBlock } from './encoder-block.js'
import { PIECES } from './encoder-weights.js'
import { type ImportedGraph, importGraph } from './graph-import.js'
import type { PretrainedNetwork } from './layout.js'
import { encoderFeatures } from './pieces.js'

interface Family {
  readonly ids: readonly (readonly number[])[]
  readonly states: readonly (readonly number[])[]
  readonly loss: number
  readonly gradients: Readonly<Record<string, readonly [squares: number, product: number]>>
}
const FOLDER = 'oracles/onnx-encoders'
const ORACLE: Readonly<Record<string, Family>> = JSON.parse(
  readFileSync('oracles/onnx-encoders.json', 'utf8'),
)
const FILES = readdirSync(FOLDER).filter(name => /^\w+-\d\d-\w+\.onnx$/.test(name))
const SETTINGS: PretrainedNetwork['settings'] = {
  ...{ folder: 'x', source: 'auto', frozen: 0, mixing: false, pooling: 'first', dropout: 0, context: 0 },
  ...{ learningRate: 1e-4, layerDecay: 1, recompute: false },
}

const nothing = { read: () => undefined }
const familyOf = (file: string) => ORACLE[file.split('-')[0]]

function open(file: string): ImportedGraph {
  const isShifted = file.startsWith('roberta')
  return importGraph(
    { bytes: readFileSync(`${FOLDER}/${file}`), outside: nothing, where: file },
    {
      outputs: ['last_hidden_state'],
      positions: 72,
      ...{ firstPosition: isShifted ? 2 : 0, padding: isShifted || file.startsWith('modern') ? 1 : 0 },
      vocabulary: 600,
    },
  )
}

interface Opened extends ImportedGraph {
  readonly network: PretrainedNetwork
  readonly store: ParameterStore
}

function prepare(file: string, settings: Partial<PretrainedNetwork['settings']> = {}): Opened {
  const made = open(file)
  const { architecture, weights } = made
  // What a run keeps is text.
  const stored = parseArchitecture(JSON.parse(JSON.stringify(architecture)), 'x')
  const network = { architecture: stored, weights, settings: { ...SETTINGS, ...settings } }
  const { parameters } = pretrainedBlock(network, encoderFeatures(architecture))
  return { ...made, network, store: new ParameterStore(parameters, { random: Random.fromSeed(1) }) }
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

async function infer(opened: Opened, ids: Family['ids']) {
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

function largest(found: readonly number[], expected: readonly number[]): number {
  assert.equal(found.length, expected.length)
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
}

/** Gradients of PyTorch's loss: each state times a wave. */
async function gradientsOf(opened: Opened, { ids }: Family) {
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

test('states of every exported encoder equal PyTorch’s, and padding never changes them', async () => {
  let numbers = 0
  for (const file of FILES) {
    const { ids, states } = familyOf(file)
    const opened = prepare(file)
    const together = await infer(opened, ids)
    for (const [i, own] of together.entries()) {
      const size = Math.max(...states[i].map(Math.abs))
      assert.ok(largest(own, states[i]) < 2e-5 * size + 1e-6, `${file}: ${largest(own, states[i])}`)
      const [alone] = await infer(opened, [ids[i]])
      assert.ok(largest(own, alone) < 1e-5, `${file}: padding`)
      numbers += own.length
    }
  }
  assert.equal(FILES.length, 16)
  assert.ok(numbers > 16 * 500, String(numbers))
})

test('gradients of every exported encoder equal PyTorch’s, by the names that PyTorch gives them', async () => {
  let compared = 0
  for (const file of FILES) {
    const family = familyOf(file)
    const opened = prepare(file)
    const { loss, found, dX } = await gradientsOf(opened, family)
    assert.ok(Math.abs(loss - family.loss) < 2e-5 * Math.max(1, Math.abs(family.loss)), `${file}: ${loss}`)
    const expected = new Map(Object.entries(family.gradients))
    for (const [name, gradient] of found) {
      const own = name.replace('pretrained.model.', '')
      const wanted = expected.get(own)
      assert.ok(wanted, `${file}: ${own}`)
      expected.delete(own)
      const { value } = opened.store.get(name)
      const [norm, product] = [
        Math.sqrt(gradient.reduce((all, x) => all + x * x, 0)),
        gradient.reduce((all, x, i) => all + x * value[i], 0),
      ]
      const wantedNorm = Math.sqrt(wanted[0])
      assert.ok(
        Math.abs(norm - wantedNorm) < 2e-5 * wantedNorm + 5e-6,
        `${file} ${own}: ${norm} ${wantedNorm}`,
      )
      const size = wantedNorm * Math.sqrt(value.reduce((all, x) => all + x * x, 0))
      assert.ok(Math.abs(product - wanted[1]) < 2e-5 * size + 5e-6, `${file} ${own}: product`)
      compared++
    }
    // What is left is the table of pieces, whose gradient is that of the embeddings.
    assert.deepEqual(
      [...expected.keys()],
      [[...expected.keys()].find(name => /(word|tok)_embeddings/.test(name))],
      file,
    )
    assert.ok(dX.every(Number.isFinite))
  }
  assert.ok(compared > 450, String(compared))
})

test('layers are known by name, so that the lower ones can stay as they are', () => {
  for (const file of FILES) {
    const { architecture } = open(file)
    const layers = { albert: 1, modernbert: 3 }[file.split('-')[0]] ?? 2
    assert.equal(architecture.layers, layers, file)
    const { store } = prepare(file, { frozen: 1 })
    const trained = store.parameters.filter(({ trainable }) => trainable).map(({ name }) => name)
    assert.ok(
      trained.every(name => !/layers?\.0\.|embeddings/.test(name) || /albert/.test(name)),
      file,
    )
    if (layers > 1) assert.ok(trained.length > 5, file)
    const { store: none } = prepare(file, { frozen: 'all' })
    assert.ok(
      none.parameters.every(({ trainable }) => !trainable),
      file,
    )
    assert.equal(longestSequence(architecture), file.startsWith('roberta') ? 70 : 72)
  }
})

test('frequencies of rotary positions are constants', () => {
  const files = FILES.filter(name => name.startsWith('modernbert'))
  for (const file of files)
    assert.ok(
      [...open(file).weights.keys()].every(name => !name.includes('inv_freq')),
      file,
    )
  assert.equal(files.length, 3)
})
