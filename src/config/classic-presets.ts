/**
 * The recipes as tutorials and papers give them: their sizes, optimizers and rates, with none of our improvements. What a
 * recipe does not say has its framework's default. docs/presets.md says what still differs.
 */
import type { EncoderBlockConfig } from './encoder-blocks.js'
import type { PartialConfig, Preset } from './schema.js'

/** Words alone, starting from random vectors: what tutorials begin with. */
const WORDS_ALONE = (dim: number): PartialConfig['input'] => ({ words: { dim, dropout: 0 }, dropout: 0 })

const SOFTMAX: PartialConfig['decoder'] = { kind: 'softmax', constrained: false }

/** Frameworks update every word's vector at every step, not only those of the batch. */
const ALL_ROWS = { rowUpdates: 'dense' } as const

/** Keras' defaults of its optimizers. */
const KERAS_ADAM = { ...ALL_ROWS, kind: 'adam', epsilon: 1e-7 } as const
const KERAS_RMSPROP = { ...ALL_ROWS, kind: 'rmsprop', smoothing: 0.9, epsilon: 1e-7 } as const

/** What Keras' `fit` does: a constant rate, all epochs, no clipping. */
const KERAS: PartialConfig['training'] = {
  optimizer: KERAS_ADAM,
  batchSize: 32,
  learningRate: 0.001,
  schedule: 'constant',
  clipNorm: null,
  patience: null,
  averaging: 'none',
}

/** Keras' `TimeDistributed(Dense(units, activation='relu'))`. */
const DENSE = (units: number, dropout: number): EncoderBlockConfig<'cnn'> => ({
  kind: 'cnn',
  filters: units,
  width: 1,
  layers: 1,
  dilations: [1],
  residual: false,
  dropout,
})

const TWEETS: PartialConfig = {
  tags: { scheme: 'BIO' },
  input: { words: { dim: 200, dropout: 0, normalize: 'tweets' }, dropout: 0.5 },
  decoder: SOFTMAX,
  training: {
    epochs: 4,
    optimizer: { ...ALL_ROWS, kind: 'adam' },
    batchSize: 32,
    learningRate: 0.005,
    schedule: 'sqrt2-per-epoch',
    clipNorm: 1,
    patience: null,
    averaging: 'none',
  },
}

const KAGGLE: PartialConfig = {
  tags: { scheme: 'BIO' },
  input: WORDS_ALONE(20),
  decoder: { kind: 'crf', constrained: false },
  training: { ...KERAS, epochs: 5, optimizer: KERAS_RMSPROP },
}

const BILSTM_200 = { kind: 'bilstm', hidden: 200, dropout: 0.5 } as const

export const CLASSIC_PRESETS: readonly Preset[] = [
  {
    name: 'bilstm-classic',
    summary:
      'the course recipe for tweets: 200/200, dropout 0.5 before and after the BiLSTM, Adam 0.005 divided by √2 per epoch, clipping at 1, 4 epochs',
    config: { ...TWEETS, encoder: [BILSTM_200] },
  },
  {
    name: 'bilstm-attention-classic',
    summary: 'the same with dot-product attention over the states, placed beside them',
    config: {
      ...TWEETS,
      encoder: [BILSTM_200, { kind: 'attention', score: 'dot', combine: 'concatenate', dropout: 0 }],
    },
  },
  {
    name: 'bilstm-bahdanau-classic',
    summary: 'the same with Bahdanau’s additive attention over the states, placed beside them',
    config: {
      ...TWEETS,
      encoder: [
        BILSTM_200,
        { kind: 'attention', score: { kind: 'bahdanau', dim: 200 }, combine: 'concatenate', dropout: 0 },
      ],
    },
  },
  {
    name: 'bilstm-crf-classic',
    summary:
      'the Keras recipe for the Kaggle corpus: 20/50, a dense layer of 50, dropout 0.1, RMSprop 0.001, batches of 32, 5 epochs',
    config: { ...KAGGLE, encoder: [{ kind: 'bilstm', hidden: 50, dropout: 0.1 }, DENSE(50, 0)] },
  },
  {
    name: 'gru-crf-classic',
    summary: 'the same with a bidirectional GRU',
    config: { ...KAGGLE, encoder: [{ kind: 'bigru', hidden: 50, dropout: 0.1 }, DENSE(50, 0)] },
  },
  {
    name: 'char-cnn-bilstm-crf-classic',
    summary:
      'Ma & Hovy 2016: 100/200, 30 filters over characters, SGD 0.015 with momentum and decay 0.05, batches of 10, 50 epochs; made for GloVe’s 100-dimensional vectors',
    config: {
      input: { words: { dim: 100, dropout: 0 }, charCnn: { dim: 30, filters: 30 }, dropout: 0.5 },
      encoder: [BILSTM_200],
      decoder: 'crf',
      training: {
        epochs: 50,
        batchSize: 10,
        learningRate: 0.015,
        optimizer: { ...ALL_ROWS, kind: 'sgd', momentum: 0.9 },
        schedule: { kind: 'inverse-time', decay: 0.05 },
        clipNorm: 5,
        patience: null,
        averaging: 'none',
      },
    },
  },
  {
    name: 'cnn-crf-classic',
    summary:
      'Collobert et al. 2011: a window of 5 lowercase words with their casing, 50/300, SGD 0.01, trained on the score of whole sentences',
    config: {
      input: {
        words: { dim: 50, dropout: 0, lowercase: true, digitsToZero: true },
        casing: { dim: 5 },
        dropout: 0,
      },
      encoder: [
        { kind: 'cnn', filters: 300, width: 5, layers: 1, dilations: [1], residual: false, dropout: 0 },
      ],
      decoder: 'crf',
      training: {
        epochs: 20,
        batchSize: 1,
        learningRate: 0.01,
        optimizer: 'sgd',
        schedule: 'constant',
        clipNorm: null,
        patience: null,
        averaging: 'none',
      },
    },
  },
  {
    name: 'multi-head-attention-classic',
    summary:
      'eight heads added to the states of a BiLSTM, softmax, built from Keras’ layers; without a single source',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(128),
      encoder: [
        { kind: 'bilstm', hidden: 64, dropout: 0.1 },
        {
          kind: 'attention',
          score: { kind: 'multi-head', heads: 8, dim: 128 },
          combine: 'residual',
          dropout: 0.1,
        },
      ],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 10 },
    },
  },
  {
    name: 'transformer-classic',
    summary:
      'the Keras example from scratch: lowercase words, one block, 32 wide, 4 heads, learned positions, a dense layer of 64, Adam 0.001, 10 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: { words: { dim: 32, dropout: 0, lowercase: true }, dropout: 0 },
      encoder: [
        {
          kind: 'transformer',
          width: 32,
          layers: 1,
          heads: 4,
          feedForward: 64,
          activation: 'relu',
          norm: 'post',
          positions: { kind: 'learned', maxTime: 128 },
          dropout: 0.1,
        },
        DENSE(64, 0.1),
      ],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 10 },
    },
  },
  {
    name: 'reformer-classic',
    summary:
      'the trax lab for the Kaggle corpus: 6 layers, 512 wide, 8 heads, Adam 0.01 with decay, 100 updates of 64 sentences',
    config: {
      tags: { scheme: 'BIO' },
      input: { ...WORDS_ALONE(512), dropout: 0.1 },
      encoder: [
        { kind: 'reformer', width: 512, layers: 6, heads: 8, feedForward: 2048, rounds: 1, dropout: 0.1 },
      ],
      decoder: SOFTMAX,
      training: {
        ...KERAS,
        epochs: 1,
        maxSteps: 100,
        batchSize: 64,
        learningRate: 0.01,
        // Trax subtracts 1e-5 of each number per step, whatever the rate.
        optimizer: { ...ALL_ROWS, kind: 'adamw', epsilon: 1e-5, weightDecay: 1e-3 },
      },
    },
  },
  {
    name: 'char-lstm-classic',
    summary: 'tags characters: 256/1024, left to right, Adam 0.001, batches of 128, 20 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: { unit: 'character', ...WORDS_ALONE(256) },
      encoder: [{ kind: 'lstm', hidden: 1024, dropout: 0 }],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 20, batchSize: 128 },
    },
  },
]
