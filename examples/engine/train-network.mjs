// Trains a small network to tell two spirals apart: one graph for the loss and all gradients, parameters and moments in
// one WebAssembly memory that ONNX Runtime reads and writes in place.
//
//     node examples/engine/train-network.mjs
import {
  chooseRuntime,
  createOptimizer,
  createSchedule,
  encodeModel,
  feedForward,
  feedForwardParameters,
  floatTensor,
  GraphBuilder,
  gradients,
  linearLast,
  matrix,
  optimizerSlots,
  ParameterStore,
  parameterSpecs,
  Random,
  weightsOf,
} from 'nerite/engine'

const STEPS = 400
const { points, labels } = spirals(100)

// The parameters: what the layers need, by name
const parts = { input: matrix([2, 32]), middle: feedForwardParameters(32, 32), output: matrix([32, 1]) }
const specs = parameterSpecs('spirals', { ...parts, output: { ...parts.output, initial: { kind: 'zeros' } } })

// The graph: the mean of log(1 + e^(−label · score)), and its gradient with respect to each parameter
const g = new GraphBuilder('spirals')
const x = g.input('x', 'float32', ['n', 2])
const label = g.input('label', 'float32', ['n', 1])
const inputs = Object.fromEntries(specs.map(({ name, shape }) => [name, g.input(name, 'float32', shape)]))
const weights = weightsOf('spirals', parts, name => inputs[name])
const hidden = g.tanh(linearLast(g, x, weights.input, null))
const score = linearLast(g, g.tanh(feedForward(g, hidden, weights.middle, 'relu')), weights.output, null)
const loss = g.reduceMean(g.log(g.add(g.exp(g.neg(g.mul(label, score))), 1)), [0, 1])
const found = gradients(g, loss, Object.values(inputs))
const dOutputs = Object.fromEntries(specs.map(({ name }, i) => [`d:${name}`, found[i]]))

// The parameters' values, gradients and moments, and what updates them
const adam = { kind: 'adam' }
const store = new ParameterStore(specs, { random: Random.fromSeed(1), slots: optimizerSlots(adam) })
const optimizer = createOptimizer(store, adam)
const schedule = createSchedule({ kind: 'one-cycle' })

const runtime = await chooseRuntime()
const session = await runtime.createSession(encodeModel(g.finish({ loss, score, ...dOutputs })))
const feeds = {
  x: floatTensor([points.length / 2, 2], points),
  label: floatTensor([labels.length, 1], labels),
}
const fetches = { loss: null, score: null }
for (const { name, shape, value, slots } of store.parameters) {
  feeds[name] = floatTensor(shape, value)
  fetches[`d:${name}`] = floatTensor(shape, slots.gradient)
}
for (let step = 0; step < STEPS; step++) {
  const result = await session.run(feeds, fetches)
  if (step === 0)
    console.log(`loss before training: ${result.loss.data[0].toFixed(6)} (ln 2 = ${Math.LN2.toFixed(6)})`)
  optimizer.step(0.03 * schedule.factor({ step, epoch: 0, totalSteps: STEPS }))
}
const result = await session.run(feeds, fetches)
await session.release()
const right = labels.filter((own, i) => own * result.score.data[i] > 0).length
console.log(`loss after ${STEPS} steps: ${result.loss.data[0].toFixed(6)}`)
console.log(`accuracy: ${right} of ${labels.length}`)

/** Points of two spirals that wind around one another, `[x, y]` each, and which spiral: 1 or −1. */
function spirals(count) {
  const points = new Float32Array(4 * count)
  const labels = new Float32Array(2 * count)
  for (let i = 0; i < 2 * count; i++) {
    const radius = (i >> 1) / count
    const angle = 3 * Math.PI * radius + (i % 2) * Math.PI
    points.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i)
    labels[i] = i % 2 === 0 ? 1 : -1
  }
  return { points, labels }
}
