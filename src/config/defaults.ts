import { ENCODER_BLOCK_DEFAULTS } from './encoder-blocks.js'
import type { Config } from './schema.js'

/** What holds where neither the preset, the config file nor the command line says otherwise. */
export const DEFAULTS: Config = {
  corpus: {
    train: null,
    dev: null,
    test: null,
    format: 'auto',
    encoding: 'auto',
    tokenColumn: null,
    tagColumn: null,
  },
  tags: { scheme: 'IOBES' },
  input: {
    unit: 'word',
    pieces: { size: 8000 },
    words: {
      dim: 100,
      minCount: 1,
      lowercase: false,
      digitsToZero: false,
      normalise: 'none',
      vectors: null,
      vectorLimit: 400_000,
      fineTune: true,
      dropout: 0.05,
    },
    shape: { dim: 0 },
    affixes: { dim: 0, lengths: [2, 3] },
    charCnn: { dim: 30, filters: 0, width: 3 },
    dropout: 0.5,
  },
  encoder: [ENCODER_BLOCK_DEFAULTS.bilstm],
  decoder: { kind: 'crf', constrained: true, classWeights: 'none', focalGamma: 0, labelSmoothing: 0 },
  training: {
    epochs: 20,
    batchSize: 16,
    learningRate: 0.0015,
    optimiser: {
      kind: 'adam',
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
    },
    schedule: { kind: 'inverse-time', decay: 0.05, warmupSteps: 0, every: 1, factor: 0.5, patience: 2 },
    accumulate: 1,
    averaging: { kind: 'none', decay: 0.999 },
    clipNorm: 5,
    patience: 5,
    seed: 1,
    threads: 2,
    checkpointMinutes: 5,
  },
}
