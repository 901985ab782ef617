import { CLASSIC_PRESETS } from './classic-presets.js'
import { ENCODER_PRESETS } from './encoder-presets.js'
import { FEATURE_PRESETS } from './feature-presets.js'
import type { Preset, PresetName } from './schema.js'

/**
 * The inputs of most of our recipes: words, their shape, and a CNN over their characters. In a small corpus, the CNN learns
 * too little of prefixes and suffixes.
 */
const INPUT = { shape: { dim: 20 }, affixes: { dim: 20, below: 1000 }, charCnn: { filters: 50 } } as const

const BILSTM = { kind: 'bilstm', hidden: 150 } as const

/** Our own values for each family. `<name>-classic` is the recipe as it is taught. */
const OUR_PRESETS: readonly Preset[] = [
  {
    name: 'bilstm-crf',
    summary:
      'words, character CNN and shape into a BiLSTM with a CRF on top; a strong start for most corpora',
    config: { input: INPUT, encoder: [BILSTM] },
  },
  {
    name: 'char-cnn-bilstm-crf',
    summary:
      'the same, wider, with affixes and averaged weights (after Ma & Hovy 2016): our best; made for pretrained word vectors',
    config: {
      input: { ...INPUT, affixes: { dim: 20 } },
      encoder: [{ kind: 'bilstm', hidden: 200, variational: true }],
      training: { large: { epochs: 30 }, patience: 8, averaging: 'ema' },
    },
  },
  {
    name: 'bilstm',
    summary: 'words and characters into a BiLSTM with a softmax for each token; for tweets and similar texts',
    config: {
      input: { words: { dim: 200, normalize: 'tweets' }, ...INPUT },
      decoder: 'softmax',
      training: { large: { batchSize: 32, learningRate: 0.003 } },
    },
  },
  {
    name: 'gru-crf',
    summary: 'bilstm-crf with a bidirectional GRU: a quarter fewer parameters',
    config: { input: INPUT, encoder: [{ kind: 'bigru', hidden: 150 }] },
  },
  {
    name: 'cnn-crf',
    summary: 'stacked dilated convolutions with a CRF (after Strubell et al. 2017): no recurrence, fast',
    config: { input: INPUT, encoder: [{ kind: 'cnn', filters: 300, layers: 4, dilations: [1, 2, 4, 1] }] },
  },
  {
    name: 'bilstm-attention',
    summary: 'bilstm-crf with scaled dot-product attention over its states',
    config: {
      input: INPUT,
      encoder: [BILSTM, { kind: 'attention', score: 'scaled-dot', combine: 'concatenate' }],
    },
  },
  {
    name: 'bilstm-bahdanau',
    summary: 'bilstm-crf with additive attention over its states',
    config: {
      input: INPUT,
      encoder: [BILSTM, { kind: 'attention', score: { kind: 'bahdanau', dim: 64 }, combine: 'concatenate' }],
    },
  },
  {
    name: 'multi-head-attention',
    summary: 'bilstm-crf with eight attention heads over its states',
    config: {
      input: INPUT,
      encoder: [BILSTM, { kind: 'attention', score: { kind: 'multi-head', heads: 8, dim: 128 } }],
    },
  },
  {
    name: 'transformer',
    summary: 'a transformer encoder over words and characters, from scratch, with a CRF',
    config: {
      input: { ...INPUT, dropout: 0.3 },
      encoder: [{ kind: 'transformer', width: 192, layers: 3, heads: 6, feedForward: 384 }],
      // Attention learns slowly: its rate is warmed up, and weight decay keeps its weights small.
      training: {
        learningRate: 0.001,
        optimizer: { kind: 'adamw', weightDecay: 0.01 },
        schedule: 'one-cycle',
      },
    },
  },
  {
    name: 'reformer',
    summary: 'a Reformer with a CRF: hashed attention and reversible layers, also for long documents',
    config: {
      input: { ...INPUT, dropout: 0.3 },
      encoder: [{ kind: 'reformer', width: 128, layers: 2 }],
      training: { large: { epochs: 8, batchSize: 32 }, learningRate: 0.0015 },
    },
  },
  {
    name: 'char-lstm',
    summary: 'tags characters with a bidirectional LSTM; words are decided from their characters',
    config: {
      tags: { scheme: 'BIO' },
      input: { unit: 'character', words: { dim: 64, dropout: 0 }, dropout: 0.2 },
      encoder: [{ kind: 'bilstm', hidden: 256, layers: 2, dropout: 0.3 }],
      decoder: 'softmax',
      training: { large: { batchSize: 32 }, learningRate: 0.002 },
    },
  },
]

export const PRESETS: readonly Preset[] = [
  ...OUR_PRESETS,
  ...ENCODER_PRESETS,
  ...FEATURE_PRESETS,
  ...CLASSIC_PRESETS,
]

export const PRESET_NAMES: readonly PresetName[] = PRESETS.map(preset => preset.name)
