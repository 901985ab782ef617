// Nerite's own process in bench/layer-steps.mjs: whole training steps on onnxruntime-node.
import { Random } from '../../dist/base/random.js'
import { GraphBuilder } from '../../dist/graph/builder.js'
import { gradients } from '../../dist/graph/gradients.js'
import { ParameterStore } from '../../dist/model/parameter-store.js'
import { encodeModel } from '../../dist/onnx/encode.js'
import { nodeRuntime } from '../../dist/runtime/node/ort-node.js'
import { createOptimiser, optimiserSlots } from '../../dist/train/optimiser.js'
import { serve } from '../lib/serve.mjs'
import { readTensors } from '../lib/tensor-file.mjs'
import { MODELS } from './nerite-models.mjs'

const threads = Number(process.argv[2] ?? 2)
let state

await serve({
  async load({ model, sizes, file, tensors, learningRate }) {
    const { build, specs, fill, feeds } = MODELS[model]
    const g = new GraphBuilder(model)
    const given = readTensors(file, tensors)
    const store = new ParameterStore(
      specs(sizes).map(([name, shape]) => ({ name, shape, initial: { kind: 'zeros' } })),
      { random: Random.fromSeed(1), slots: optimiserSlots({ kind: 'adam' }) },
    )
    fill(name => store.get(name).value, given, sizes)
    const parameters = store.parameters.map(({ name, shape }) => g.input(name, 'float32', shape))
    const { loss, also = {} } = build(
      g,
      Object.fromEntries(store.parameters.map(({ name }, i) => [name, parameters[i]])),
      sizes,
    )
    const found = gradients(g, loss, [...parameters, ...Object.values(also)])
    const outputs = { loss }
    const fetches = { loss: { type: 'float32', shape: [], data: new Float32Array(1) } }
    const inputs = feeds(given, sizes)
    store.parameters.forEach(({ name, shape, slots }, i) => {
      outputs[`d:${name}`] = found[i]
      fetches[`d:${name}`] = { type: 'float32', shape, data: slots.gradient }
      inputs[name] = { type: 'float32', shape, data: store.get(name).value }
    })
    Object.keys(also).forEach((name, i) => {
      outputs[`d:${name}`] = found[parameters.length + i]
      const { shape, data } = inputs[name]
      fetches[`d:${name}`] = { type: 'float32', shape, data: new Float32Array(data.length) }
    })
    const bytes = encodeModel(g.finish(outputs))
    const began = performance.now()
    const session = await nodeRuntime().createSession(bytes, { threads })
    const optimiser = createOptimiser(store, { kind: 'adam' })
    state = { session, optimiser, inputs, fetches, learningRate }
    return { version: 'onnxruntime-node', bytes: bytes.length, sessionMs: performance.now() - began }
  },
  async train({ steps }) {
    const { session, optimiser, inputs, fetches, learningRate } = state
    const [seconds, losses] = [[], []]
    for (let step = 0; step < steps; step++) {
      const began = performance.now()
      await session.run(inputs, fetches)
      optimiser.step(learningRate)
      seconds.push((performance.now() - began) / 1000)
      losses.push(fetches.loss.data[0])
    }
    return { seconds, losses }
  },
})
