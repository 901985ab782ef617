// The BiLSTM-CNN-CRF tagger of bench/tagging.mjs and bench/training-step.mjs in TensorFlow.js, in a page. What
// torch_tagger.py does, with masked states in place of packed sequences, which it doesn't have, and Viterbi in
// JavaScript.
/* global tf */
import { maskedLstm } from './tfjs-tagger-lstm.js'
import { prepareTraining } from './tfjs-tagger-training.js'

let data
let weights
let prepared

/** Created when first needed: it has its own parameters. */
function training() {
  prepared ??= prepareTraining(data)
  return prepared
}

globalThis.taggerPeer = {
  async load(_question, threads) {
    tf.wasm.setWasmPaths('/')
    tf.wasm.setThreadsCount(threads)
    await tf.setBackend('wasm')
    await tf.ready()
    data = await (await fetch('/tensors.bin')).json()
    prepared = undefined
    const { sizes, parameters: p } = data
    const given = (name, shape = p[name].shape) => tf.tensor(p[name].values, shape)
    const { hidden, characterDim, filters } = sizes
    const gates = given('encoder.0.0.weight')
    const columns = gates.shape[2]
    const inputs = columns - hidden - 2
    weights = {
      tables: sizes.tables.map(({ name }) => given(name)),
      characters: given('input.characters'),
      filters: tf.transpose(given('input.characterFilters', [characterDim, 3, filters]), [1, 0, 2]),
      characterBias: given('input.characterBias', [filters]),
      lstm: [0, 1].map(d => {
        const own = tf.reshape(tf.slice(gates, [d, 0, 0], [1, -1, -1]), [4 * hidden, columns])
        const part = (from, width) => tf.transpose(tf.slice(own, [0, from], [-1, width]))
        return { hh: part(0, hidden), ih: part(hidden, inputs), bias: part(hidden + inputs, 1) }
      }),
      output: tf.transpose(given('decoder.weight')),
      outputBias: given('decoder.bias', [sizes.tags]),
      transitions: p['decoder.transitions'].values,
      start: p['decoder.start'].values,
      end: p['decoder.end'].values,
    }
    return { version: `TensorFlow.js ${tf.version.tfjs} (WASM in Chromium)` }
  },
  async loss({ batch }) {
    return { loss: training().loss(collate(batch)) }
  },
  async train({ batches }) {
    const { step } = training()
    const seconds = []
    for (const indices of batches) {
      const began = performance.now()
      await step(collate(indices))
      seconds.push((performance.now() - began) / 1000)
    }
    return { seconds }
  },
  async tag({ batches }) {
    const seconds = []
    for (const indices of batches) {
      const began = performance.now()
      const batch = collate(indices)
      const logits = await emissions(batch)
      batch.lengths.forEach((length, b) => {
        viterbi(logits, b * batch.time, length)
      })
      seconds.push((performance.now() - began) / 1000)
    }
    return { seconds }
  },
  async logits({ batch: indices }) {
    const batch = collate(indices)
    const { tags } = data.sizes
    const all = await emissions(batch)
    return {
      logits: batch.lengths.map((length, b) => [
        ...all.subarray(b * batch.time * tags, (b * batch.time + length) * tags),
      ]),
    }
  },
}

function collate(indices) {
  const sentences = indices.map(index => data.sentences[index].forms)
  const lengths = sentences.map(forms => forms.length)
  const time = Math.max(...lengths)
  const rows = new Map()
  const place = new Int32Array(sentences.length * time)
  const mask = new Float32Array(sentences.length * time)
  const gold = new Int32Array(sentences.length * time)
  sentences.forEach((forms, b) => {
    gold.set(data.sentences[indices[b]].tags, b * time)
    forms.forEach((form, t) => {
      if (!rows.has(form)) rows.set(form, rows.size)
      place[b * time + t] = rows.get(form)
      mask[b * time + t] = 1
    })
  })
  const forms = [...rows.keys()]
  const longest = Math.max(...forms.map(form => data.characters[form].length))
  const characters = new Int32Array(forms.length * longest)
  forms.forEach((form, row) => {
    characters.set(data.characters[form], row * longest)
  })
  return { time, lengths, forms, place, mask, gold, characters, longest }
}

/** `[batch, time, tags]` */
async function emissions({ time, lengths, forms, place, mask, characters, longest }) {
  const batch = lengths.length
  const { hidden } = data.sizes
  const result = tf.tidy(() => {
    const ids = tf.tensor2d(characters, [forms.length, longest], 'int32')
    const convolved = tf.add(
      tf.conv1d(tf.gather(weights.characters, ids), weights.filters, 1, 'same'),
      weights.characterBias,
    )
    const blank = tf.mul(tf.cast(tf.equal(ids, 0), 'float32'), -1e9)
    const words = tf.max(tf.add(convolved, tf.expandDims(blank, 2)), 1)
    const tables = weights.tables.map((table, k) =>
      tf.gather(
        table,
        tf.tensor1d(
          Int32Array.from(forms, form => data.ids[form][k]),
          'int32',
        ),
      ),
    )
    const x = tf.gather(tf.concat([...tables, words], 1), tf.tensor1d(place, 'int32'))
    const keep = tf.unstack(tf.expandDims(tf.tensor2d(mask, [batch, time]), 2), 1)
    const states = weights.lstm.map((own, direction) =>
      maskedLstm(x, own, keep, direction === 1, { batch, time, hidden }),
    )
    const y = tf.reshape(tf.concat(states, 2), [batch * time, -1])
    return tf.add(tf.matMul(y, weights.output), weights.outputBias)
  })
  const values = await result.data()
  result.dispose()
  return values
}

function viterbi(logits, first, length) {
  const { tags } = data.sizes
  const { transitions, start, end } = weights
  let best = Float32Array.from(start, (value, tag) => value + logits[first * tags + tag])
  const back = []
  for (let t = 1; t < length; t++) {
    const next = new Float32Array(tags).fill(-Infinity)
    const from = new Int32Array(tags)
    for (let a = 0; a < tags; a++)
      for (let b = 0; b < tags; b++) {
        const score = best[a] + transitions[a * tags + b]
        if (score > next[b]) {
          next[b] = score
          from[b] = a
        }
      }
    for (let b = 0; b < tags; b++) next[b] += logits[(first + t) * tags + b]
    best = next
    back.push(from)
  }
  let tag = 0
  for (let a = 1; a < tags; a++) if (best[a] + end[a] > best[tag] + end[tag]) tag = a
  const path = [tag]
  for (let t = back.length - 1; t >= 0; t--) path.push((tag = back[t][tag]))
  return path.reverse()
}
