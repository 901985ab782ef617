/**
 * The recipes as tutorials and papers give them, as far as our parts go: their sizes, optimisers and rates, with none of
 * our improvements. What a recipe leaves open has its framework's default.
 */
import type { Preset } from './presets.js'
import type { PartialConfig } from './schema.js'

/** Words alone, each trained from chance: what tutorials begin with. */
const WORDS_ALONE = (dim: number): PartialConfig['input'] => ({ words: { dim, dropout: 0 }, dropout: 0 })

const SOFTMAX: PartialConfig['decoder'] = { kind: 'softmax', constrained: false }

/** Frameworks move every word's vector at every update, not only those of the batch. */
const ALL_ROWS = { idleRows: 'move' } as const

/** The rate stays, all epochs run, nothing is clipped: what Keras' `fit` does. */
const KERAS: PartialConfig['training'] = {
  optimiser: ALL_ROWS,
  batchSize: 32,
  learningRate: 0.001,
  schedule: { kind: 'constant' },
  clipNorm: null,
  patience: null,
}

const TWEETS: PartialConfig = {
  tags: { scheme: 'BIO' },
  input: { ...WORDS_ALONE(200), words: { dim: 200, dropout: 0, normalise: 'tweets' } },
  decoder: SOFTMAX,
  training: {
    epochs: 4,
    optimiser: ALL_ROWS,
    batchSize: 32,
    learningRate: 0.005,
    schedule: { kind: 'sqrt2-per-epoch' },
    clipNorm: 1,
    patience: null,
  },
}

export const CLASSIC_PRESETS: readonly Preset[] = [
  {
    name: 'bilstm-classic',
    summary:
      'the course recipe for tweets: 200/200, Adam 0.005 divided by √2 an epoch, clipping at 1, 4 epochs',
    config: { ...TWEETS, encoder: [{ kind: 'bilstm', hidden: 200, dropout: 0.5 }] },
  },
  {
    name: 'bilstm-attention-classic',
    summary: 'the same with dot-product attention over the states, set beside them',
    config: {
      ...TWEETS,
      encoder: [
        { kind: 'bilstm', hidden: 200, dropout: 0.5 },
        { kind: 'attention', score: 'dot', combine: 'concatenate', dropout: 0 },
      ],
    },
  },
  {
    name: 'bilstm-bahdanau-classic',
    summary: 'the same with Bahdanau’s additive attention over the states, set beside them',
    config: {
      ...TWEETS,
      encoder: [
        { kind: 'bilstm', hidden: 200, dropout: 0.5 },
        { kind: 'attention', score: 'bahdanau', dim: 200, combine: 'concatenate', dropout: 0 },
      ],
    },
  },
  {
    name: 'bilstm-crf-classic',
    summary:
      'the Keras recipe for the Kaggle corpus: 20/50, dropout 0.1, RMSprop 0.001, batches of 32, 5 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(20),
      encoder: [{ kind: 'bilstm', hidden: 50, dropout: 0.1 }],
      decoder: { kind: 'crf', constrained: false },
      training: { ...KERAS, epochs: 5, optimiser: { ...ALL_ROWS, kind: 'rmsprop' } },
    },
  },
  {
    name: 'gru-crf-classic',
    summary: 'the same with a GRU both ways',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(20),
      encoder: [{ kind: 'bigru', hidden: 50, dropout: 0.1 }],
      decoder: { kind: 'crf', constrained: false },
      training: { ...KERAS, epochs: 5, optimiser: { ...ALL_ROWS, kind: 'rmsprop' } },
    },
  },
  {
    name: 'char-cnn-bilstm-crf-classic',
    summary:
      'Ma & Hovy 2016: 100/200, 30 filters over characters, SGD 0.015 with momentum and decay 0.05, batches of 10, 50 epochs',
    config: {
      input: { words: { dim: 100, dropout: 0 }, charCnn: { dim: 30, filters: 30 }, dropout: 0.5 },
      encoder: [{ kind: 'bilstm', hidden: 200, dropout: 0.5 }],
      decoder: { kind: 'crf' },
      training: {
        epochs: 50,
        batchSize: 10,
        learningRate: 0.015,
        optimiser: { ...ALL_ROWS, kind: 'sgd', momentum: 0.9 },
        schedule: { kind: 'inverse-time', decay: 0.05 },
        clipNorm: 5,
        patience: null,
      },
    },
  },
  {
    name: 'cnn-crf-classic',
    summary:
      'Collobert et al. 2011: a window of 5 words, 50/300, SGD 0.01, trained by the whole sentence’s score',
    config: {
      input: { ...WORDS_ALONE(50), shape: { dim: 5 } },
      encoder: [
        { kind: 'cnn', filters: 300, width: 5, layers: 1, dilations: [1], residual: false, dropout: 0 },
      ],
      decoder: { kind: 'crf' },
      training: {
        epochs: 20,
        batchSize: 1,
        learningRate: 0.01,
        optimiser: { kind: 'sgd' },
        schedule: { kind: 'constant' },
        patience: null,
      },
    },
  },
  {
    name: 'multi-head-attention-classic',
    summary:
      'eight heads over a BiLSTM’s states, the sum of both, softmax, as Keras’ layers are put together',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(128),
      encoder: [
        { kind: 'bilstm', hidden: 64, dropout: 0.1 },
        { kind: 'attention', score: 'multi-head', heads: 8, dim: 128, combine: 'residual', dropout: 0.1 },
      ],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 10 },
    },
  },
  {
    name: 'transformer-classic',
    summary:
      'the Keras example from scratch: one block, 32 wide, 4 heads, learned positions, Adam 0.001, 10 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(32),
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
      ],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 10 },
    },
  },
  {
    name: 'reformer-classic',
    summary: 'the trax lab on the Kaggle corpus: 50 wide, Adam 0.01, 100 updates of 64 sentences',
    config: {
      tags: { scheme: 'BIO' },
      input: WORDS_ALONE(50),
      encoder: [
        { kind: 'reformer', width: 50, layers: 6, heads: 1, feedForward: 2048, rounds: 1, dropout: 0.1 },
      ],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 1, maxSteps: 100, batchSize: 64, learningRate: 0.01 },
    },
  },
  {
    name: 'char-lstm-classic',
    summary:
      'characters in, characters tagged: 256/1024, left to right, Adam 0.001, batches of 128, 20 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: { unit: 'character', ...WORDS_ALONE(256) },
      encoder: [{ kind: 'lstm', hidden: 1024, dropout: 0 }],
      decoder: SOFTMAX,
      training: { ...KERAS, epochs: 20, batchSize: 128 },
    },
  },
]
