// Trains an ONNX file that another tool wrote: reads it, finds its parameters' names, adds a loss, differentiates, and
// takes some optimizer steps. `make_foreign_model.py` wrote the file.
//
//     node examples/engine/foreign-model.mjs
import { readFile } from 'node:fs/promises'
import {
  chooseRuntime,
  createOptimizer,
  decodeModel,
  encodeModel,
  floatTensor,
  GraphBuilder,
  gradients,
  nameParameters,
  optimizerSlots,
  ParameterStore,
  Random,
} from 'nerite/engine'

const { graph, initializers } = decodeModel(await readFile(new URL('foreign-model.onnx', import.meta.url)))
for (const [name, parameter] of Object.entries(nameParameters(graph)))
  if (initializers[name])
    console.log(`${name} is ${parameter.name}${parameter.transposed ? ', transposed' : ''}`)

// The file's graph in a new one, its initializers as inputs; behind it, the mean squared error and its gradients
const g = new GraphBuilder('fine-tuning')
const inputs = Object.fromEntries(
  graph.inputNames.map((name, i) => [name, g.input(name, graph.inputs[i].type, graph.inputs[i].shape)]),
)
const { y } = g.include(graph, inputs)
const target = g.input('target', 'float32', y.shape)
const error = g.sub(y, target)
const loss = g.reduceMean(g.mul(error, error), [0, 1])
const names = Object.keys(initializers)
const found = gradients(
  g,
  loss,
  names.map(name => inputs[name]),
)
const dOutputs = Object.fromEntries(names.map((name, i) => [`d:${name}`, found[i]]))

// A store that begins with the file's values
const adam = { kind: 'adam' }
const specs = names.map(name => {
  const { shape, data } = initializers[name]
  return { name, shape, initial: { kind: 'values', values: data } }
})
const store = new ParameterStore(specs, { random: Random.fromSeed(1), slots: optimizerSlots(adam) })
const optimizer = createOptimizer(store, adam)

// Something to learn: the sum and the product of two numbers
const pairs = Array.from({ length: 81 }, (_, i) => [((i % 9) - 4) / 4, (Math.floor(i / 9) - 4) / 4])
const feeds = {
  x: floatTensor([pairs.length, 2], Float32Array.from(pairs.flat())),
  target: floatTensor([pairs.length, 2], Float32Array.from(pairs.flatMap(([a, b]) => [a + b, a * b]))),
}
const fetches = { loss: null }
for (const { name, shape, value, slots } of store.parameters) {
  feeds[name] = floatTensor(shape, value)
  fetches[`d:${name}`] = floatTensor(shape, slots.gradient)
}
const runtime = await chooseRuntime()
const session = await runtime.createSession(encodeModel(g.finish({ loss, ...dOutputs })))
for (let step = 0; step <= 200; step++) {
  const result = await session.run(feeds, fetches)
  if (step === 0)
    console.log(
      `gradient of head.bias: ${Array.from(store.get('head.bias').slots.gradient, d => d.toFixed(6))}`,
    )
  if (step % 40 === 0) console.log(`step ${step}: loss ${result.loss.data[0].toFixed(6)}`)
  optimizer.step(0.03)
}
await session.release()
