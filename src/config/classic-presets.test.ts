import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLASSIC_PRESETS } from './classic-presets.js'
import { resolveConfig } from './resolve.js'

const BILSTM_200 = { kind: 'bilstm', hidden: 200, layers: 1, dropout: 0.5, variational: false }
const DENSE = { kind: 'cnn', width: 1, layers: 1, dilations: [1], residual: false }
const ATTENTION = { kind: 'attention', positions: 'none', maxTime: 512 }
const ADAM = { kind: 'adam', rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
const KERAS_ADAM = { ...ADAM, epsilon: 1e-7 }
const KERAS_RMSPROP = {
  kind: 'rmsprop',
  rate: 0.001,
  smoothing: 0.9,
  epsilon: 1e-7,
  momentum: 0,
  weightDecay: 0,
}
const SOFTMAX = { kind: 'softmax', constrained: false }
const CRF = { kind: 'crf', constrained: true }
const FREE_CRF = { kind: 'crf', constrained: false }
const NO_CLIPPING = { schedule: 'constant', clipNorm: null, maxSteps: null }

const TWEETS = {
  scheme: 'BIO',
  input: { words: 200, normalize: 'tweets', dropout: 0.5 },
  decoder: SOFTMAX,
  optimizer: { ...ADAM, rate: 0.005 },
  training: { epochs: 4, batchSize: 32, schedule: 'sqrt2-per-epoch', clipNorm: 1, maxSteps: null },
}
const KAGGLE = {
  scheme: 'BIO',
  input: { words: 20, dropout: 0 },
  decoder: FREE_CRF,
  optimizer: KERAS_RMSPROP,
  training: { epochs: 5, batchSize: 32, ...NO_CLIPPING },
}

/** Every number that a recipe gives, as its source has it. */
const RECIPES: Readonly<Record<string, object>> = {
  'bilstm-classic': { ...TWEETS, encoder: [BILSTM_200] },
  'bilstm-attention-classic': {
    ...TWEETS,
    encoder: [
      BILSTM_200,
      { ...ATTENTION, score: 'dot', heads: 8, dim: 128, combine: 'concatenate', dropout: 0 },
    ],
  },
  'bilstm-bahdanau-classic': {
    ...TWEETS,
    encoder: [
      BILSTM_200,
      { ...ATTENTION, score: 'bahdanau', heads: 8, dim: 200, combine: 'concatenate', dropout: 0 },
    ],
  },
  'bilstm-crf-classic': {
    ...KAGGLE,
    encoder: [
      { kind: 'bilstm', hidden: 50, layers: 1, dropout: 0.1, variational: false },
      { ...DENSE, filters: 50, dropout: 0 },
    ],
  },
  'gru-crf-classic': {
    ...KAGGLE,
    encoder: [
      { kind: 'bigru', hidden: 50, layers: 1, dropout: 0.1, variational: false },
      { ...DENSE, filters: 50, dropout: 0 },
    ],
  },
  'char-cnn-bilstm-crf-classic': {
    scheme: 'IOBES',
    input: { words: 100, charCnn: [30, 30, 3], dropout: 0.5 },
    encoder: [BILSTM_200],
    decoder: CRF,
    optimizer: { kind: 'sgd', rate: 0.015, momentum: 0.9, nesterov: false, weightDecay: 0 },
    training: { epochs: 50, batchSize: 10, schedule: 'inverse-time 0.05', clipNorm: 5, maxSteps: null },
  },
  'cnn-crf-classic': {
    scheme: 'IOBES',
    input: { words: 50, lowercase: true, digitsToZero: true, casing: 5, dropout: 0 },
    encoder: [
      { kind: 'cnn', filters: 300, width: 5, layers: 1, dilations: [1], residual: false, dropout: 0 },
    ],
    decoder: CRF,
    optimizer: { kind: 'sgd', rate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 },
    training: { epochs: 20, batchSize: 1, ...NO_CLIPPING },
  },
  'multi-head-attention-classic': {
    scheme: 'BIO',
    input: { words: 128, dropout: 0 },
    encoder: [
      { kind: 'bilstm', hidden: 64, layers: 1, dropout: 0.1, variational: false },
      { ...ATTENTION, score: 'multi-head', heads: 8, dim: 128, combine: 'residual', dropout: 0.1 },
    ],
    decoder: SOFTMAX,
    optimizer: KERAS_ADAM,
    training: { epochs: 10, batchSize: 32, ...NO_CLIPPING },
  },
  'transformer-classic': {
    scheme: 'BIO',
    input: { words: 32, lowercase: true, dropout: 0 },
    encoder: [
      {
        kind: 'transformer',
        width: 32,
        layers: 1,
        heads: 4,
        feedForward: 64,
        activation: 'relu',
        norm: 'post',
        positions: 'learned',
        maxTime: 128,
        dropout: 0.1,
      },
      { ...DENSE, filters: 64, dropout: 0.1 },
    ],
    decoder: SOFTMAX,
    optimizer: KERAS_ADAM,
    training: { epochs: 10, batchSize: 32, ...NO_CLIPPING },
  },
  'reformer-classic': {
    scheme: 'BIO',
    input: { words: 512, dropout: 0.1 },
    encoder: [
      {
        kind: 'reformer',
        width: 512,
        layers: 6,
        heads: 8,
        feedForward: 2048,
        feedForwardChunk: 1024,
        chunk: 64,
        buckets: 64,
        rounds: 1,
        lookBack: 1,
        lookAhead: 0,
        positions: 'rotary',
        attentionWeights: false,
        dropout: 0.1,
      },
    ],
    decoder: SOFTMAX,
    optimizer: { kind: 'adamw', rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-5, weightDecay: 1e-3 },
    training: { epochs: 1, batchSize: 64, schedule: 'constant', clipNorm: null, maxSteps: 100 },
  },
  'char-lstm-classic': {
    scheme: 'BIO',
    input: { unit: 'character', words: 256, dropout: 0 },
    encoder: [{ kind: 'lstm', hidden: 1024, layers: 1, dropout: 0, variational: false }],
    decoder: SOFTMAX,
    optimizer: KERAS_ADAM,
    training: { epochs: 20, batchSize: 128, ...NO_CLIPPING },
  },
}

/** A preset's whole configuration in the terms of the table: of the input what is not off. */
function recipeOf(name: string): object {
  const { tags, input, encoder, decoder, training } = resolveConfig({ preset: name })
  const { words, charCnn } = input
  const { kind, beta1, beta2, epsilon, momentum, nesterov, smoothing, weightDecay } = training.optimizer
  const numbers = {
    adam: { beta1, beta2, epsilon },
    adamw: { beta1, beta2, epsilon },
    sgd: { momentum, nesterov },
    rmsprop: { smoothing, epsilon, momentum },
  }
  // What no recipe has.
  assert.deepEqual(
    [words.dropout, words.minCount, words.vectors, words.fallback, input.shape.dim, input.affixes.dim],
    [0, 1, null, false, 0, 0],
  )
  assert.deepEqual([input.columns, input.gazetteers, input.charLstm.hidden], [[], [], 0])
  assert.deepEqual([decoder.classWeights, decoder.focalGamma, decoder.labelSmoothing], ['none', 0, 0])
  const { accumulate, averaging, sampling, patience } = training
  assert.deepEqual([accumulate, averaging.kind, sampling.kind, patience], [1, 'none', 'none', null])
  const { schedule, epochs, batchSize, clipNorm, maxSteps } = training
  return {
    scheme: tags.scheme,
    input: {
      ...(input.unit !== 'word' && { unit: input.unit }),
      words: words.dim,
      ...(words.lowercase && { lowercase: true }),
      ...(words.digitsToZero && { digitsToZero: true }),
      ...(words.normalize !== 'none' && { normalize: words.normalize }),
      ...(input.casing.dim > 0 && { casing: input.casing.dim }),
      ...(charCnn.filters > 0 && { charCnn: [charCnn.dim, charCnn.filters, charCnn.width] }),
      dropout: input.dropout,
    },
    encoder,
    decoder: { kind: decoder.kind, constrained: decoder.constrained },
    optimizer: { kind, rate: training.learningRate, ...numbers[kind], weightDecay },
    training: {
      epochs,
      batchSize,
      schedule: schedule.kind === 'inverse-time' ? `${schedule.kind} ${schedule.decay}` : schedule.kind,
      clipNorm,
      maxSteps,
    },
  }
}

test('each classic recipe has the numbers of its source', () => {
  let checked = 0
  for (const { name } of CLASSIC_PRESETS) {
    assert.deepEqual(recipeOf(name), RECIPES[name], name)
    checked++
  }
  assert.equal(checked, 11)
  assert.equal(Object.keys(RECIPES).length, 11)
})

test('words that no batch holds move on in every recipe whose optimizer has moments', () => {
  for (const { name } of CLASSIC_PRESETS) {
    const { kind, momentum, rowUpdates } = resolveConfig({ preset: name }).training.optimizer
    if (kind !== 'sgd' || momentum > 0) assert.equal(rowUpdates, 'dense', name)
  }
})
