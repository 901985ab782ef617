// The models of lib/layer-models.mjs as graphs of Nerite's own layers.
import { embedding } from '../../dist/engine/layers/embedding.js'
import { linear } from '../../dist/engine/layers/linear.js'
import { linearLast } from '../../dist/engine/layers/linear-last.js'
import { lstm, lstmWeightShape } from '../../dist/engine/layers/lstm.js'
import { softmaxLoss } from '../../dist/engine/layers/softmax-loss.js'
import { mapTransformer, transformerShapes, transformerStack } from '../../dist/engine/layers/transformer.js'

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
        // Padding's flag, as fillLstmWeight has it.
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
  specs: sizes => [['weight', lstmWeightShape(sizes)]],
  fill: (value, given, sizes) => fillLstm(value('weight'), given, sizes),
  build(g, { weight }, sizes) {
    const x = g.input('x', 'float32', ['time', sizes.inputs, 'batch'])
    const y = lstm(g, x, weight, recurrentContext(g, sizes), sizes)
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
    ['weight', lstmWeightShape(sizes)],
    ['output.weight', [sizes.tags, sizes.hidden]],
    ['output.bias', [sizes.tags, 1]],
  ],
  fill(value, given, sizes) {
    fillLstm(value('weight'), given, sizes)
    for (const name of ['embedding', 'output.weight', 'output.bias']) value(name).set(given[name].data)
  },
  build(g, parameters, sizes) {
    const ids = g.input('ids', 'int32', ['time', 'batch'])
    const x = embedding(g, parameters.embedding, ids)
    const y = lstm(g, x, parameters.weight, recurrentContext(g, sizes), sizes)
    const logits = linear(g, y, parameters['output.weight'], parameters['output.bias'], {
      inputs: sizes.hidden,
      outputs: sizes.tags,
    })
    const gold = g.input('gold', 'float32', ['time', sizes.tags, 'batch'])
    return {
      loss: softmaxLoss(g, logits, gold, g.constant(1 / (sizes.time * sizes.batch)), { focalGamma: 0 }),
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

const transformerSize = ({ inputs, heads, feedForward }) => ({
  ...{ width: inputs, heads, feedForward },
  ...{ norm: 'post', activation: 'gelu' },
})

/** Our names of a layer's weights to those of lib/layer-models.mjs. */
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

const transformer = {
  specs(sizes) {
    const specs = []
    for (let layer = 0; layer < sizes.layers; layer++)
      mapTransformer(transformerShapes(transformerSize(sizes)), (shape, name) =>
        specs.push([`${layer}.${name}`, shape]),
      )
    return [...specs, ['output.weight', [sizes.inputs, sizes.tags]], ['output.bias', [sizes.tags]]]
  },
  fill(value, given, sizes) {
    for (let layer = 0; layer < sizes.layers; layer++)
      mapTransformer(transformerShapes(transformerSize(sizes)), (_, name) => {
        const to = value(`${layer}.${name}`)
        if (name in TRANSFORMER_NAMES) to.set(given[`${layer}.${TRANSFORMER_NAMES[name]}`].data)
        else to.fill(name.endsWith('scale') ? 1 : 0)
      })
    for (const name of ['output.weight', 'output.bias']) value(name).set(given[name].data)
  },
  build(g, parameters, sizes) {
    const x = g.input('x', 'float32', ['batch', 'time', sizes.inputs])
    const gold = g.input('gold', 'float32', ['batch', 'time', sizes.tags])
    const size = transformerSize(sizes)
    const layers = Array.from({ length: sizes.layers }, (_, layer) =>
      mapTransformer(transformerShapes(size), (_shape, name) => parameters[`${layer}.${name}`]),
    )
    const { output } = transformerStack(g, x, { layers, finalNorm: null }, size, { keyBias: null })
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
 * `build(g, parameters, sizes)`, the loss, and `also`: inputs whose gradient is wanted; `feeds(given, sizes)`.
 */
export const MODELS = { bilstm, 'char-lstm': charLstm, transformer }
