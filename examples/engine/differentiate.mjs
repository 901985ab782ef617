// Differentiates f(x) = Σ x·sin(x²) and compares with the exact derivative, sin(x²) + 2x²·cos(x²).
//
//     node examples/engine/differentiate.mjs
import { chooseRuntime, encodeModel, GraphBuilder, gradients, referenceRuntime, tensor } from 'nerite/engine'

const g = new GraphBuilder('function')
const x = g.input('x', 'float32', ['n']) // a name stands for a length that is known when the graph runs
const f = g.reduceSum(g.mul(x, g.sin(g.mul(x, x))), [0])
const [dx] = gradients(g, f, [x]) // more nodes of the same graph
const model = encodeModel(g.finish({ f, dx })) // the bytes of an ONNX model

const points = [-2, -1, -0.5, 0, 0.5, 1, 1.5]
const exact = points.map(p => Math.sin(p * p) + 2 * p * p * Math.cos(p * p))

const runtimes = {
  'in float32': await chooseRuntime(), // ONNX Runtime's kernels
  'in float64': referenceRuntime({ precision: 'float64' }), // plain TypeScript
}
for (const [name, runtime] of Object.entries(runtimes)) {
  const session = await runtime.createSession(model)
  const result = await session.run({ x: tensor('float32', points) })
  const off = Math.max(...exact.map((value, i) => Math.abs(result.dx.data[i] - value)))
  await session.release()
  console.log(`${name}: f = ${result.f.data[0].toFixed(6)}, df/dx is off by at most ${off.toExponential(1)}`)
}
