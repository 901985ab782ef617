import type { PartialConfig } from './schema.js'

/** A named recipe: what it is, and what it sets on top of the defaults. */
export interface Preset {
  readonly name: string
  readonly summary: string
  readonly config: PartialConfig
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'bilstm-crf',
    summary:
      'words, character CNN and casing into a BiLSTM with a CRF on top; a strong start for most corpora',
    config: {
      input: { shape: { dim: 20 }, charCnn: { filters: 50 } },
      encoder: [{ kind: 'bilstm', hidden: 150 }],
      decoder: { kind: 'crf' },
    },
  },
  {
    name: 'bilstm',
    summary: 'words into a BiLSTM with a softmax a token: the classic recipe for tweets, our values',
    config: {
      input: { words: { dim: 200, lowercase: false }, shape: { dim: 20 }, charCnn: { filters: 50 } },
      decoder: { kind: 'softmax', constrained: true },
      training: { batchSize: 32 },
    },
  },
  {
    name: 'bilstm-classic',
    summary:
      'the tutorial recipe for tweets to the letter: 200/200, Adam 0.005 divided by √2 an epoch, 4 epochs',
    config: {
      tags: { scheme: 'BIO' },
      input: { words: { dim: 200, dropout: 0 }, dropout: 0 },
      encoder: [{ kind: 'bilstm', hidden: 200, dropout: 0.5 }],
      decoder: { kind: 'softmax', constrained: false },
      training: {
        epochs: 4,
        batchSize: 32,
        learningRate: 0.005,
        schedule: { kind: 'sqrt2-per-epoch' },
        clipNorm: 1,
        patience: null,
      },
    },
  },
]

export const PRESET_NAMES: readonly string[] = PRESETS.map(preset => preset.name)
