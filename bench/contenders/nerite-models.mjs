// The models of lib/layer-models.mjs, built from Nerite's layers.
import { linear, linearLast } from '../../dist/engine/layers/linear.js'
import { lstm, lstmParameters } from '../../dist/engine/layers/lstm.js'
import { parameterSpecs, weightsOf } from '../../dist/engine/layers/parameters.js'
import { softmaxLoss } from '../../dist/engine/layers/softmax-loss.js'
import {
  transformer as transformerLayers,
  transformerParameters,
} from '../../dist/engine/layers/transformer.js'

const recurrentContext = (g, { hidden, directions }) => ({
  extraRows: g.input('extraRows', 'float32', ['time', 2, 'batch']),
  zeros: g.input('zeros', 'float32', [directions, hidden, 'batch']),
})

const float32 = (shape, data) => ({ type: 'float32', shape, data })

function contextFeeds({ time, batch, hidden, directions }) {
  const extraRows = new Float32Array(time * 2 * batch)
  for (let t = 0; t < time; t++) extraRows.fill(1, t * 2 * batch, (t * 2 + 1) * batch)
  return {
    extraRows: float32([time, 2, batch], extraRows),
    zeros: float32([directions, hidden, batch], new Float32Array(directions * hidden * batch)),
  }
}

/** PyTorch's gates i, f, g, o to i, f, o, g; recurrent, input and bias weights side by side. */
function fillLstm(to, given, { hidden, inputs, directions }) {
  const columns = hidden + inputs + 2
  for (let d = 0; d < directions; d++)
    [0, 1, 3, 2].forEach((from, gate) => {
      for (let unit = 0; unit < hidden; unit++) {
        const row = from * hidden + unit
        const at = ((d * 4 + gate) * hidden + unit) * columns
        to.set(given[`weight_hh.${d}`].data.subarray(row * hidden, (row + 1) * hidden), at)
        to.set(given[`weight_ih.${d}`].data.subarray(row * inputs, (row + 1) * inputs), at + hidden)
        to[at + hidden + inputs] = given[`bias.${d}`].data[row]
        // The column of the padding flag, as in lstmParameters.
        if (d === 1 && gate === 0) to[at + columns - 1] = -1e4
      }
    })
}

/** `[time, batch, features]` to `[time, features, batch]`. */
function featureMajor(data, { time, batch }, features) {
  const out = new Float32Array(data.length)
  for (let t = 0; t < time; t++)
    for (let b = 0; b < batch; b++)
      for (let f = 0; f < features; f++)
        out[(t * features + f) * batch + b] = data[(t * batch + b) * features + f]
  return out
}

const bilstm = {
  specs: sizes => [['weight', lstmParameters(sizes).weight.shape]],
  fill: (value, given, sizes) => fillLstm(value('weight'), given, sizes),
  build(g, { weight }, sizes) {
    const x = g.input('x', 'float32', ['time', sizes.inputs, 'batch'])
    const y = lstm(g, x, { weight }, recurrentContext(g, sizes), sizes)
    return { loss: g.reduceMean(g.reduceSum(g.mul(y, y), [1]), [0, 1]), also: { x } }
  },
  feeds: (given, sizes) => ({
    x: float32([sizes.time, sizes.inputs, sizes.batch], featureMajor(given.x.data, sizes, sizes.inputs)),
    ...contextFeeds(sizes),
  }),
}

const charLstm = {
  specs: sizes => [
    ['embedding', [sizes.characters, sizes.inputs]],
    ['weight', lstmParameters(sizes).weight.shape],
    ['output.weight', [sizes.tags, sizes.hidden]],
    ['output.bias', [sizes.tags, 1]],
  ],
  fill(value, given, sizes) {
    fillLstm(value('weight'), given, sizes)
    for (const name of ['embedding', 'output.weight', 'output.bias']) value(name).set(given[name].data)
  },
  build(g, parameters, sizes) {
    const ids = g.input('ids', 'int32', ['time', 'batch'])
    const x = g.transpose(g.gather(parameters.embedding, ids), [0, 2, 1])
    const y = lstm(g, x, { weight: parameters.weight }, recurrentContext(g, sizes), sizes)
    const logits = linear(g, y, parameters['output.weight'], parameters['output.bias'])
    const gold = g.input('gold', 'float32', ['time', sizes.tags, 'batch'])
    return {
      loss: softmaxLoss(g, logits, gold, g.constant(1 / (sizes.time * sizes.batch))),
    }
  },
  feeds(given, sizes) {
    const { time, batch, tags } = sizes
    const gold = new Float32Array(time * tags * batch)
    given.gold.data.forEach((tag, i) => {
      gold[(Math.floor(i / batch) * tags + tag) * batch + (i % batch)] = 1
    })
    return {
      ids: { type: 'int32', shape: [time, batch], data: given.ids.data },
      gold: float32([time, tags, batch], gold),
      ...contextFeeds(sizes),
    }
  },
}

const transformerSize = ({ inputs, heads, feedForward, layers }) => ({
  ...{ width: inputs, heads, feedForward, layers },
  ...{ norm: 'post', activation: 'gelu' },
})

/** From our names of a layer's weights to those in lib/layer-models.mjs. */
const TRANSFORMER_NAMES = {
  'attention.qkv': 'qkv.weight',
  'attention.qkvBias': 'qkv.bias',
  'attention.output': 'attended.weight',
  'attention.outputBias': 'attended.bias',
  'feedForward.hidden': 'hidden.weight',
  'feedForward.hiddenBias': 'hidden.bias',
  'feedForward.output': 'transformed.weight',
  'feedForward.outputBias': 'transformed.bias',
}

const transformerSpecs = sizes => parameterSpecs('', transformerParameters(transformerSize(sizes)))

const transformer = {
  specs: sizes => [
    ...transformerSpecs(sizes).map(({ name, shape }) => [name, shape]),
    ['output.weight', [sizes.inputs, sizes.tags]],
    ['output.bias', [sizes.tags]],
  ],
  fill(value, given, sizes) {
    for (const { name } of transformerSpecs(sizes)) {
      const [layer, ...part] = name.split('.')
      const own = TRANSFORMER_NAMES[part.join('.')]
      if (own) value(name).set(given[`${layer}.${own}`].data)
      else value(name).fill(name.endsWith('scale') ? 1 : 0)
    }
    for (const name of ['output.weight', 'output.bias']) value(name).set(given[name].data)
  },
  build(g, parameters, sizes) {
    const x = g.input('x', 'float32', ['batch', 'time', sizes.inputs])
    const gold = g.input('gold', 'float32', ['batch', 'time', sizes.tags])
    const size = transformerSize(sizes)
    const weights = weightsOf('', transformerParameters(size), name => parameters[name])
    const { output } = transformerLayers(g, x, weights, size, { keyBias: null })
    const logits = linearLast(g, output, parameters['output.weight'], parameters['output.bias'])
    const terms = g.reduceSum(g.mul(g.logSoftmax(logits), gold), [2])
    return { loss: g.neg(g.reduceMean(terms, [0, 1])), also: { x } }
  },
  feeds(given, { time, batch, inputs, tags }) {
    const gold = new Float32Array(batch * time * tags)
    given.gold.data.forEach((tag, token) => {
      gold[token * tags + tag] = 1
    })
    return { x: float32([batch, time, inputs], given.x.data), gold: float32([batch, time, tags], gold) }
  },
}

/**
 * By name: `specs(sizes)`, parameters as `[name, shape]`; `fill(value, given, sizes)` from PyTorch's layouts;
 * `build(g, parameters, sizes)`, the loss, and `also`: further inputs to differentiate; `feeds(given, sizes)`.
 */
export const MODELS = { bilstm, 'char-lstm': charLstm, transformer }
