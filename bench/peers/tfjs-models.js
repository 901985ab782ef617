// The models of bench/layer-steps.mjs in TensorFlow.js, in a page. Its layers' LSTM has no kernel of its own: like it,
// this one is made of matrix products and elementwise operators; the input's product is computed for all steps at once.
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

/** Rows of 0 and 1; the backend writes integers' bits where oneHot is asked for floats. */
const oneHot = (ids, depth) => tf.cast(tf.oneHot(tf.reshape(ids, [-1]), depth), 'float32')

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
  transformer(given, sizes) {
    const { batch, time, inputs, layers, tags } = sizes
    const weights = Array.from({ length: layers }, (_, layer) => {
      const own = {}
      for (const name of ['qkv', 'attended', 'hidden', 'transformed']) {
        own[name] = tf.variable(given[`${layer}.${name}.weight`])
        own[`${name}Bias`] = tf.variable(given[`${layer}.${name}.bias`])
      }
      for (const n of [1, 2]) {
        own[`scale${n}`] = tf.variable(tf.ones([inputs]))
        own[`shift${n}`] = tf.variable(tf.zeros([inputs]))
      }
      return own
    })
    const x = tf.variable(tf.reshape(given.x, [batch * time, inputs]))
    const [output, bias] = [tf.variable(given['output.weight']), tf.variable(given['output.bias'])]
    const gold = oneHot(given.gold, tags)
    return {
      fixed: [x],
      learned: [...weights.flatMap(own => Object.values(own)), output, bias],
      loss: () => {
        const y = weights.reduce((below, own) => transformerLayer(below, own, sizes), x)
        const logits = tf.add(tf.matMul(y, output), bias)
        return tf.neg(tf.mean(tf.sum(tf.mul(gold, tf.logSoftmax(logits)), 1)))
      },
    }
  },
  'char-lstm'(given, sizes) {
    const { time, batch, characters, tags, hidden } = sizes
    const [weights] = recurrentWeights(given, 1)
    const embedding = tf.variable(given.embedding)
    const output = tf.variable(tf.transpose(given['output.weight']))
    const bias = tf.variable(given['output.bias'])
    const ids = oneHot(given.ids, characters)
    const gold = oneHot(given.gold, tags)
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

function normalize(x, scale, bias) {
  const { mean, variance } = tf.moments(x, -1, true)
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), bias)
}

const gelu = x => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))))

function transformerLayer(x, w, { batch, time, inputs: width, heads }) {
  const tokens = [batch * time, width]
  const each = width / heads
  const split = tf.reshape(tf.add(tf.matMul(x, w.qkv), w.qkvBias), [batch, time, 3, heads, each])
  const [q, k, v] = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]))
  const scores = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(each)))
  const joined = tf.reshape(tf.transpose(tf.matMul(scores, v), [0, 2, 1, 3]), tokens)
  const attended = tf.add(tf.matMul(joined, w.attended), w.attendedBias)
  const between = normalize(tf.add(x, attended), w.scale1, w.shift1)
  const hidden = gelu(tf.add(tf.matMul(between, w.hidden), w.hiddenBias))
  const transformed = tf.add(tf.matMul(hidden, w.transformed), w.transformedBias)
  return normalize(tf.add(between, transformed), w.scale2, w.shift2)
}

let model
let optimizer

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
    optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
    const used = tf.wasm.getThreadsCount()
    return { version: `TensorFlow.js ${tf.version.tfjs} (WASM in Chromium, ${used} threads)` }
  },
  async train({ steps }) {
    const [seconds, losses] = [[], []]
    for (let step = 0; step < steps; step++) {
      const began = performance.now()
      const loss = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(model.loss, [...model.learned, ...model.fixed])
        optimizer.applyGradients(Object.fromEntries(model.learned.map(({ name }) => [name, grads[name]])))
        return value
      })
      losses.push((await loss.data())[0])
      loss.dispose()
      seconds.push((performance.now() - began) / 1000)
    }
    return { seconds, losses }
  },
}
