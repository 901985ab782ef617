// One direction of an LSTM in TensorFlow.js, for tfjs-tagger.js and tfjs-tagger-training.js.
/* global tf */

/**
 * @param x `[batch·time, inputs]`
 * @param weights `[inputs, 4·hidden]`, `[hidden, 4·hidden]`, and a bias that is added to `[batch·time, 4·hidden]`
 * @param keep for each time `[batch, 1]`: 0 at padding, where the state stays zero
 * @returns `[batch, time, hidden]`
 */
export function maskedLstm(x, { ih, hh, bias }, keep, reverse, { batch, time, hidden }) {
  const all = tf.add(tf.matMul(x, ih), bias)
  const steps = tf.unstack(tf.reshape(all, [batch, time, 4 * hidden]), 1)
  let [h, c] = [tf.zeros([batch, hidden]), tf.zeros([batch, hidden])]
  const states = new Array(time)
  for (let at = 0; at < time; at++) {
    const t = reverse ? time - 1 - at : at
    // Gates i, f, o, g.
    const [i, f, o, g] = tf.split(tf.add(steps[t], tf.matMul(h, hh)), 4, 1)
    c = tf.mul(tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g))), keep[t])
    h = tf.mul(tf.mul(tf.sigmoid(o), tf.tanh(c)), keep[t])
    states[t] = h
  }
  return tf.stack(states, 1)
}
