// The models of bench/layer-steps.mjs: sizes, initial parameters and one batch of made-up data, the same for all
// contenders. Layouts are PyTorch's; each contender converts them.
import { Random } from '../../dist/base/random.js'

/**
 * - `bilstm`: vectors in; the loss is the sum of squares of the states per token. The input is differentiated too, as if
 *   there were a layer below.
 * - `char-lstm`: embedded characters, each of them tagged; cross-entropy.
 * - `transformer`: vectors in, as above; encoder layers as in the paper (norm after the sum, GELU), tokens tagged.
 */
export const SIZES = {
  bilstm: { time: 30, batch: 32, inputs: 200, hidden: 200, directions: 2 },
  transformer: { time: 64, batch: 16, inputs: 256, layers: 4, heads: 8, feedForward: 1024, tags: 9 },
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
  if (name === 'transformer') return { name, sizes, tensors: transformer(sizes, uniform, integers) }
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

/** Weights `[inputs, outputs]`; queries, keys and values side by side. */
function transformer({ time, batch, inputs: width, layers, feedForward, tags }, uniform, integers) {
  const tensors = { x: uniform([batch, time, width], 1), gold: integers([batch, time], tags) }
  const linear = (label, from, to) => {
    tensors[`${label}.weight`] = uniform([from, to], 1 / Math.sqrt(from))
    tensors[`${label}.bias`] = uniform([to], 1 / Math.sqrt(from))
  }
  for (let layer = 0; layer < layers; layer++) {
    linear(`${layer}.qkv`, width, 3 * width)
    linear(`${layer}.attended`, width, width)
    linear(`${layer}.hidden`, width, feedForward)
    linear(`${layer}.transformed`, feedForward, width)
  }
  linear('output', width, tags)
  return tensors
}

const product = shape => shape.reduce((all, size) => all * size, 1)
