// The models of bench/layer-steps.mjs: sizes, initial parameters and one batch of made-up data, the same for all
// contenders. Layouts are PyTorch's; each contender turns them into its own.
import { Random } from '../../dist/base/random.js'

/**
 * - `bilstm`: vectors in; the loss is the sum of squares of the states, by token; the input's gradient is wanted, as for a layer
 *   below.
 * - `char-lstm`: characters embedded, tagged one by one, cross-entropy.
 */
export const SIZES = {
  bilstm: { time: 30, batch: 32, inputs: 200, hidden: 200, directions: 2 },
  'char-lstm': { time: 228, batch: 128, inputs: 256, hidden: 1024, directions: 1, characters: 100, tags: 9 },
}

/** Units of work of one step: tokens. */
export const tokensOf = ({ time, batch }) => time * batch

export function layerModel(name, overrides = {}) {
  const sizes = { ...SIZES[name], ...overrides }
  const random = Random.fromSeed(1)
  const uniform = (shape, bound) => ({
    shape,
    data: Float32Array.from({ length: product(shape) }, () => (random.float() * 2 - 1) * bound),
  })
  const integers = (shape, below) => ({
    shape,
    data: Int32Array.from({ length: product(shape) }, () => Math.floor(random.float() * below)),
  })
  const { time, batch, inputs, hidden, directions } = sizes
  const bound = 1 / Math.sqrt(hidden)
  const recurrent = {}
  for (let d = 0; d < directions; d++) {
    recurrent[`weight_ih.${d}`] = uniform([4 * hidden, inputs], bound)
    recurrent[`weight_hh.${d}`] = uniform([4 * hidden, hidden], bound)
    recurrent[`bias.${d}`] = uniform([4 * hidden], bound)
  }
  if (name === 'bilstm')
    return { name, sizes, tensors: { x: uniform([time, batch, inputs], 1), ...recurrent } }
  const { characters, tags } = sizes
  return {
    name,
    sizes,
    tensors: {
      ids: integers([time, batch], characters),
      gold: integers([time, batch], tags),
      embedding: uniform([characters, inputs], 1),
      ...recurrent,
      'output.weight': uniform([tags, hidden], bound),
      'output.bias': uniform([tags], bound),
    },
  }
}

const product = shape => shape.reduce((all, size) => all * size, 1)
