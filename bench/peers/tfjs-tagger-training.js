// Training the tagger of bench/training-step.mjs in TensorFlow.js. Its WebAssembly backend lacks the gradients of `gather` and
// of convolutions: tables are looked up and updated outside (Adam for a batch's rows), places and characters are
// products with one-hot rows, and the convolution is one product over three neighbors.
/* global tf */
import { maskedLstm } from './tfjs-tagger-lstm.js'

const RATE = 0.0015
let data
let tables
let dense
let optimizer

/** Parameters and optimizer anew; `loss` and `step` take what `collate` of tfjs-tagger.js makes. */
export function prepareTraining(given) {
  data = given
  const { sizes, parameters: p } = data
  const variable = (name, shape = p[name].shape) => tf.variable(tf.tensor(p[name].values, shape))
  const { hidden, characterDim, filters } = sizes
  const gates = tf.tensor(p['encoder.0.0.weight'].values, p['encoder.0.0.weight'].shape)
  const columns = gates.shape[2]
  tables = sizes.tables.map(({ name, rows, dim }) => ({
    ...{ steps: 0, dim, value: Float32Array.from(p[name].values) },
    ...{ first: new Float32Array(rows * dim), second: new Float32Array(rows * dim) },
  }))
  const taps = tf.transpose(
    tf.tensor(p['input.characterFilters'].values, [characterDim, 3, filters]),
    [1, 0, 2],
  )
  dense = {
    characters: variable('input.characters'),
    filters: tf.variable(tf.reshape(taps, [3 * characterDim, filters])),
    characterBias: variable('input.characterBias', [filters]),
    output: tf.variable(tf.transpose(tf.tensor(p['decoder.weight'].values, p['decoder.weight'].shape))),
    outputBias: variable('decoder.bias', [sizes.tags]),
    transitions: variable('decoder.transitions'),
    start: variable('decoder.start', [sizes.tags]),
    end: variable('decoder.end', [sizes.tags]),
  }
  for (const d of [0, 1]) {
    const own = tf.reshape(tf.slice(gates, [d, 0, 0], [1, -1, -1]), [4 * hidden, columns])
    const part = (from, width) => tf.variable(tf.transpose(tf.slice(own, [0, from], [-1, width])))
    dense[`hh.${d}`] = part(0, hidden)
    dense[`ih.${d}`] = part(hidden, columns - hidden - 2)
    dense[`bias.${d}`] = part(columns - 2, 1)
  }
  optimizer = tf.train.adam(RATE)
  return { loss, step }
}

function loss(batch) {
  const value = tf.tidy(() => lossOf(batch, rowsOf(batch), false))
  const [loss] = value.dataSync()
  value.dispose()
  return loss
}

async function step(batch) {
  const rows = rowsOf(batch)
  const names = Object.keys(dense)
  const { value, grads } = tf.tidy(() =>
    tf.valueAndGrads((...all) => {
      const own = Object.fromEntries(names.map((name, i) => [name, all[rows.length + i]]))
      return lossOf(batch, all.slice(0, rows.length), true, own)
    })([...rows, ...names.map(name => dense[name])]),
  )
  const denseGradients = grads.slice(rows.length)
  const norm = tf.tidy(() => tf.sqrt(tf.addN(denseGradients.map(g => tf.sum(tf.square(g))))))
  const scale = Math.min(1, 5 / ((await norm.data())[0] + 1e-6))
  const clipped = denseGradients.map(g => tf.mul(g, scale))
  optimizer.applyGradients(names.map((name, i) => ({ name: dense[name].name, tensor: clipped[i] })))
  for (const [k, table] of tables.entries())
    updateRows(
      table,
      batch.forms.map(form => data.ids[form][k]),
      await grads[k].data(),
    )
  await value.data()
  tf.dispose([value, norm, ...rows, ...grads, ...clipped])
}

function rowsOf({ forms }) {
  return tables.map(({ dim, value }, k) => {
    const rows = new Float32Array(forms.length * dim)
    forms.forEach((form, row) => {
      const at = data.ids[form][k] * dim
      rows.set(value.subarray(at, at + dim), row * dim)
    })
    return tf.tensor2d(rows, [forms.length, dim])
  })
}

function updateRows(table, ids, gradient) {
  const { dim, value, first, second } = table
  const steps = ++table.steps
  const sums = new Map()
  ids.forEach((id, row) => {
    const sum = sums.get(id) ?? new Float32Array(dim)
    for (let d = 0; d < dim; d++) sum[d] += gradient[row * dim + d]
    sums.set(id, sum)
  })
  const [a, b] = [1 - 0.9 ** steps, 1 - 0.999 ** steps]
  for (const [id, sum] of sums)
    for (let d = 0, at = id * dim; d < dim; d++, at++) {
      first[at] = 0.9 * first[at] + 0.1 * sum[d]
      second[at] = 0.999 * second[at] + 0.001 * sum[d] * sum[d]
      value[at] -= (RATE * first[at]) / a / (Math.sqrt(second[at] / b) + 1e-8)
    }
}

/** The CRF's loss, a mean over sentences. */
function lossOf(batch, rows, training, own = dense) {
  const { time, lengths, gold } = batch
  const { tags } = data.sizes
  const size = lengths.length
  const logits = emissions(batch, rows, training, own) // [batch, time, tags]
  const mask = tf.tensor3d(batch.mask, [size, time, 1])
  const keep = tf.unstack(mask, 1)
  const steps = tf.unstack(logits, 1)
  let alpha = tf.add(steps[0], own.start)
  for (let t = 1; t < time; t++) {
    const next = tf.add(tf.logSumExp(tf.add(tf.expandDims(alpha, 2), own.transitions), 1), steps[t])
    alpha = tf.add(tf.mul(next, keep[t]), tf.mul(alpha, tf.sub(1, keep[t])))
  }
  const hot = tf.mul(tf.cast(tf.oneHot(tf.tensor2d(gold, [size, time], 'int32'), tags), 'float32'), mask)
  const at = tf.unstack(hot, 1)
  const last = tf.oneHot(
    tf.tensor1d(
      lengths.map((length, b) => gold[b * time + length - 1]),
      'int32',
    ),
    tags,
  )
  let counts = tf.zeros([tags, tags])
  for (let t = 1; t < time; t++) counts = tf.add(counts, tf.matMul(at[t - 1], at[t], true))
  const path = tf.addN([
    tf.sum(tf.mul(logits, hot)),
    tf.sum(tf.mul(counts, own.transitions)),
    tf.sum(tf.mul(at[0], own.start)),
    tf.sum(tf.mul(tf.cast(last, 'float32'), own.end)),
  ])
  return tf.div(tf.sub(tf.sum(tf.logSumExp(tf.add(alpha, own.end), 1)), path), size)
}

function emissions({ time, lengths, forms, place, mask, characters, longest }, rows, training, own) {
  const { sizes } = data
  const batch = lengths.length
  const ids = tf.tensor1d(characters, 'int32')
  const hot = tf.cast(tf.oneHot(ids, sizes.characters), 'float32')
  const embedded = tf.reshape(tf.matMul(hot, own.characters), [forms.length, longest, -1])
  const padded = tf.pad(embedded, [
    [0, 0],
    [1, 1],
    [0, 0],
  ])
  const near = [0, 1, 2].map(tap => tf.slice(padded, [0, tap, 0], [-1, longest, -1]))
  const windows = tf.reshape(tf.concat(near, 2), [forms.length * longest, -1])
  const convolved = tf.reshape(tf.add(tf.matMul(windows, own.filters), own.characterBias), [
    ...[forms.length, longest, sizes.filters],
  ])
  const blank = tf.mul(tf.cast(tf.equal(tf.reshape(ids, [forms.length, longest, 1]), 0), 'float32'), -1e9)
  const words = tf.max(tf.add(convolved, blank), 1)
  const places = tf.cast(tf.oneHot(tf.tensor1d(place, 'int32'), forms.length), 'float32')
  let x = tf.matMul(places, tf.concat([...rows, words], 1))
  if (training) x = tf.dropout(x, 0.5)
  const keep = tf.unstack(tf.tensor3d(mask, [batch, time, 1]), 1)
  const { hidden } = sizes
  const states = [0, 1].map(d => {
    const bias = tf.reshape(own[`bias.${d}`], [4 * hidden])
    const weights = { ih: own[`ih.${d}`], hh: own[`hh.${d}`], bias }
    return maskedLstm(x, weights, keep, d === 1, { batch, time, hidden })
  })
  let y = tf.reshape(tf.concat(states, 2), [batch * time, -1])
  if (training) y = tf.dropout(y, 0.5)
  return tf.reshape(tf.add(tf.matMul(y, own.output), own.outputBias), [batch, time, -1])
}
