// The models of bench/layer-steps.mjs in TensorFlow.js, in a page. Its layers' LSTM has no kernel of its own: like it,
// this one is made of matrix products and elementwise operators; the input's product is made for all steps at once.
// The WebAssembly backend lacks the gradient of gather: embeddings are products with one-hot rows.
/* global tf */

function lstm(x, { ih, hh, bias }, reverse, { time, batch, hidden, inputs }) {
  const all = tf.add(tf.matMul(tf.reshape(x, [time * batch, inputs]), ih), bias)
  const steps = tf.unstack(tf.reshape(all, [time, batch, 4 * hidden]))
  let [h, c] = [tf.zeros([batch, hidden]), tf.zeros([batch, hidden])]
  const states = new Array(time)
  for (let at = 0; at < time; at++) {
    const t = reverse ? time - 1 - at : at
    const z = tf.add(steps[t], tf.matMul(h, hh))
    const [i, f, g, o] = tf.split(z, 4, 1)
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
    h = tf.mul(tf.sigmoid(o), tf.tanh(c))
    states[t] = h
  }
  return tf.stack(states)
}

function recurrentWeights(given, directions) {
  return Array.from({ length: directions }, (_, d) => ({
    ih: tf.variable(tf.transpose(given[`weight_ih.${d}`])),
    hh: tf.variable(tf.transpose(given[`weight_hh.${d}`])),
    bias: tf.variable(given[`bias.${d}`]),
  }))
}

const MODELS = {
  bilstm(given, sizes) {
    const [ahead, behind] = recurrentWeights(given, 2)
    const x = tf.variable(given.x)
    return {
      fixed: [x],
      learned: [ahead, behind].flatMap(weights => Object.values(weights)),
      loss: () => {
        const y = tf.concat([lstm(x, ahead, false, sizes), lstm(x, behind, true, sizes)], 2)
        return tf.mean(tf.sum(tf.square(y), 2))
      },
    }
  },
  'char-lstm'(given, sizes) {
    const { time, batch, characters, tags, hidden } = sizes
    const [weights] = recurrentWeights(given, 1)
    const embedding = tf.variable(given.embedding)
    const output = tf.variable(tf.transpose(given['output.weight']))
    const bias = tf.variable(given['output.bias'])
    const ids = tf.oneHot(tf.reshape(given.ids, [-1]), characters, 1, 0, 'float32')
    const gold = tf.oneHot(tf.reshape(given.gold, [-1]), tags, 1, 0, 'float32')
    return {
      fixed: [],
      learned: [embedding, output, bias, ...Object.values(weights)],
      loss: () => {
        const y = tf.reshape(lstm(tf.matMul(ids, embedding), weights, false, sizes), [time * batch, hidden])
        const logits = tf.add(tf.matMul(y, output), bias)
        return tf.neg(tf.mean(tf.sum(tf.mul(gold, tf.logSoftmax(logits)), 1)))
      },
    }
  },
}

let model
let optimiser

globalThis.peer = {
  async load({ model: name, sizes, tensors, learningRate }, threads) {
    tf.wasm.setWasmPaths('/')
    tf.wasm.setThreadsCount(threads)
    await tf.setBackend('wasm')
    await tf.ready()
    const bytes = await (await fetch('/tensors.bin')).arrayBuffer()
    const given = Object.fromEntries(
      tensors.map(({ name, shape, type, offset }) => {
        const length = shape.reduce((all, size) => all * size, 1)
        const array = type === 'int32' ? Int32Array : Float32Array
        return [name, tf.tensor(new array(bytes, offset, length), shape, type)]
      }),
    )
    model = MODELS[name](given, sizes)
    optimiser = tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
    const used = tf.wasm.getThreadsCount()
    return { version: `TensorFlow.js ${tf.version.tfjs} (WASM in Chromium, ${used} threads)` }
  },
  async train({ steps }) {
    const [seconds, losses] = [[], []]
    for (let step = 0; step < steps; step++) {
      const began = performance.now()
      const loss = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(model.loss, [...model.learned, ...model.fixed])
        optimiser.applyGradients(Object.fromEntries(model.learned.map(({ name }) => [name, grads[name]])))
        return value
      })
      losses.push((await loss.data())[0])
      loss.dispose()
      seconds.push((performance.now() - began) / 1000)
    }
    return { seconds, losses }
  },
}
