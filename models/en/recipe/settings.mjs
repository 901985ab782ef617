// The settings of the model's training.
import { join } from 'node:path'
import { SHARES } from './augment.mjs'
import { CORPORA, OPEN_TYPES } from './corpora.mjs'

export const SEED = 15
export const EPOCHS = 16
/** Of the second training. */
export const FURTHER_EPOCHS = 3
/** Other copies than in the first training, and more of them with other names. */
export const FURTHER_DATA = { seed: SEED + 1, shares: { ...SHARES, swap: 0.4 }, rows: 2500 }
/** How much of the way from the first training's parameters to the second's is gone. Chosen on the development suite. */
export const FURTHER_SHARE = 0.6
/** Words whose vectors the second training has. */
export const FURTHER_WORDS = 77_300
/** Words whose vectors the model carries in the end. With more of them, the package would have more than 10 MB. */
export const WORDS = 76_650
/** See `rankWords`. Chosen on the development suite. */
export const WORD_WEIGHTS = { name: 15, own: 4 }

/** The view with four types. */
export const COARSE =
  'PERSON=PER,ORG=ORG,GPE=LOC,LOC=LOC,FAC=LOC,NORP=MISC,PRODUCT=MISC,WORK_OF_ART=MISC,EVENT=MISC'
/**
 * Which vectors there are in training: those of the corpora's words, then the package's most frequent, 60,000 in all. Words
 * that the package lacks are filled in.
 * @param files the corpora
 */
export function vectorOptions(files) {
  const chosen = ['--words', '60000', '--keep-words-of', ...files, '--min-count', '2']
  return [...chosen, '--fill-from', ...files, '--fill-count', '20']
}

/** What a corpus's file says about the model's types. */
function trainingFile({ name, marks, weight }, data, present) {
  return {
    file: join(data, 'train', `${name}.jsonl`),
    types: marks,
    map: Object.fromEntries(Object.entries(OPEN_TYPES).filter(([type]) => present[name].has(type))),
    weight,
  }
}

/**
 * The second training. It has the vectors that the model carries in the end instead of those of all its corpora's words, and
 * hides more words, so that it learns what to do without a vector.
 * @param from the packed model to start from
 * @param present as in `settings`
 */
export function furtherSettings({ from, data, present, epochs, corpora }) {
  return {
    from,
    corpus: { train: corpora.map(corpus => trainingFile(corpus, data, present)) },
    input: { words: { dropout: 0.15 } },
    training: {
      epochs: Math.min(epochs, FURTHER_EPOCHS),
      batchSize: 32,
      learningRate: 0.001,
      schedule: { kind: 'linear-warmup', warmupSteps: 100 },
      averaging: 'ema',
      patience: null,
      seed: SEED,
      threads: 2,
    },
  }
}

/**
 * @param data the folder with `train` and `vectors.nvec`, as `prepare` makes it
 * @param present the types that occur in each corpus's file, by its name
 */
export function settings({ data, present, epochs, corpora = CORPORA }) {
  return {
    preset: 'char-cnn-bilstm-crf',
    corpus: {
      train: corpora.map(corpus => trainingFile(corpus, data, present)),
    },
    input: {
      words: {
        dim: 100,
        minCount: 10,
        // Words without a vector are few, and what a vector says must hold for words that no corpus has.
        vectors: { file: join(data, 'vectors.nvec'), fineTune: false, limit: null },
      },
      shape: { dim: 20 },
      affixes: null,
      charCnn: { filters: 50 },
      dropout: 0.35,
    },
    encoder: [{ kind: 'bilstm', hidden: 180, variational: true, dropout: 0.35 }],
    training: {
      epochs,
      batchSize: 32,
      learningRate: 0.003,
      schedule: { kind: 'linear-warmup', warmupSteps: 500 },
      averaging: 'ema',
      patience: null,
      seed: SEED,
      threads: 2,
    },
  }
}
