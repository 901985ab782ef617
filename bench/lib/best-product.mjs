import { GraphBuilder } from '../../dist/engine/graph/builder.js'
import { encodeModel } from '../../dist/engine/onnx/encode.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'

/** The best rate of this machine: that of the fastest large square product on ONNX Runtime, in FLOP/s. */
export async function bestProduct(threads, sizes = [384, 768, 1024]) {
  let best = 0
  for (const n of sizes) {
    const g = new GraphBuilder('product')
    const [a, b] = ['a', 'b'].map(name => g.input(name, 'float32', [n, n]))
    const bytes = encodeModel(g.finish({ y: g.matMul(a, b) }))
    const session = await nodeRuntime().createSession(bytes, { threads })
    const tensor = () => ({ type: 'float32', shape: [n, n], data: new Float32Array(n * n).fill(0.5) })
    const [feeds, fetches] = [{ a: tensor(), b: tensor() }, { y: tensor() }]
    for (let i = 0; i < 40; i++) {
      const began = performance.now()
      await session.run(feeds, fetches)
      best = Math.max(best, (2 * n ** 3) / ((performance.now() - began) / 1000))
    }
    await session.release()
  }
  return best
}
