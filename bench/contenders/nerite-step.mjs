// A model of lib/layer-models.mjs as Nerite trains it: one graph for forward and backward pass, then the update.
import { Random } from '../../dist/base/random.js'
import { GraphBuilder } from '../../dist/engine/graph/builder.js'
import { gradients } from '../../dist/engine/graph/gradients.js'
import { encodeModel } from '../../dist/engine/onnx/encode.js'
import { createOptimizer, optimizerSlots } from '../../dist/engine/optim/optimizer.js'
import { ParameterStore } from '../../dist/engine/optim/parameter-store.js'
import { MODELS } from './nerite-models.mjs'

const ADAM = { kind: 'adam' }

/**
 * @param given the model's tensors, from `readTensors` or `layerModel`
 * @returns `step()`, which returns the loss; `sessionSeconds`, the time it took to create the session; `release()`
 */
export async function createStep({ model, sizes, given, learningRate, runtime, threads }) {
  const { build, specs, fill, feeds } = MODELS[model]
  const store = new ParameterStore(
    specs(sizes).map(([name, shape]) => ({ name, shape, initial: { kind: 'zeros' } })),
    { random: Random.fromSeed(1), slots: optimizerSlots(ADAM) },
  )
  fill(name => store.get(name).value, given, sizes)
  const g = new GraphBuilder(model)
  const parameters = store.parameters.map(({ name, shape }) => g.input(name, 'float32', shape))
  const byName = Object.fromEntries(store.parameters.map(({ name }, i) => [name, parameters[i]]))
  const { loss, also = {} } = build(g, byName, sizes)
  const found = gradients(g, loss, [...parameters, ...Object.values(also)])
  const outputs = { loss }
  const fetches = { loss: { type: 'float32', shape: [], data: new Float32Array(1) } }
  const inputs = feeds(given, sizes)
  store.parameters.forEach(({ name, shape, value, slots }, i) => {
    inputs[name] = { type: 'float32', shape, data: value }
    outputs[`d:${name}`] = found[i]
    fetches[`d:${name}`] = { type: 'float32', shape, data: slots.gradient }
  })
  Object.keys(also).forEach((name, i) => {
    const { shape, data } = inputs[name]
    outputs[`d:${name}`] = found[parameters.length + i]
    fetches[`d:${name}`] = { type: 'float32', shape, data: new Float32Array(data.length) }
  })
  const bytes = encodeModel(g.finish(outputs))
  const began = performance.now()
  const session = await runtime.createSession(bytes, { threads })
  const sessionSeconds = (performance.now() - began) / 1000
  const optimizer = createOptimizer(store, ADAM)
  return {
    sessionSeconds,
    async step() {
      await session.run(inputs, fetches)
      optimizer.step(learningRate)
      return fetches.loss.data[0]
    },
    release: () => session.release(),
  }
}
