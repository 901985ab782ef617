import { GraphBuilder } from '../graph/builder.js'
import { type Tensor, tensor } from '../graph/tensor.js'
import { encodeModel } from '../onnx/encode.js'

/** The smallest model that shows whether a runtime works, with what it is fed and what it gives. */
export function probeModel(): {
  readonly model: Uint8Array
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly expected: readonly number[]
} {
  const g = new GraphBuilder('probe')
  const x = g.input('x', 'float32', [2])
  return {
    model: encodeModel(g.finish({ y: g.add(x, x) })),
    feeds: { x: tensor('float32', [1, 2]) },
    expected: [2, 4],
  }
}
