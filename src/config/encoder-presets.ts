import type { Preset } from './schema.js'

/** Fine-tuning as in Devlin et al. 2019, with a rate of its own for the head and lower rates for lower layers. */
const FINE_TUNING = {
  input: { dropout: 0 },
  encoder: [],
  training: {
    epochs: 4,
    batchSize: 16,
    learningRate: 0.001,
    optimizer: { kind: 'adamw', weightDecay: 0.01 },
    schedule: { kind: 'linear-warmup', warmupShare: 0.1 },
    averaging: 'none',
    clipNorm: 1,
    patience: null,
  },
} as const

/** A pretrained encoder is fine-tuned: each needs `pretrained.folder`. */
export const ENCODER_PRESETS: readonly Preset[] = [
  {
    name: 'encoder-softmax',
    summary:
      'fine-tunes a pretrained encoder (BERT and its kin) with a softmax for each token; needs its folder',
    config: { ...FINE_TUNING, pretrained: { learningRate: 1e-4 }, decoder: 'softmax' },
  },
  {
    name: 'encoder-crf',
    summary: 'the same with a CRF',
    config: { ...FINE_TUNING, pretrained: { learningRate: 1e-4 }, decoder: 'crf' },
  },
  {
    name: 'encoder-crf-document',
    summary: 'the same, reading the sentences around each one in its document, too',
    config: { ...FINE_TUNING, pretrained: { learningRate: 1e-4, context: 64 }, decoder: 'crf' },
  },
]
