import type { Config } from '../../config/schema.js'
import { stepsPerEpoch } from './sampling.js'

/** A configuration in which every `auto` that depends on the size of the training corpus has become a value. */
export type FixedConfig = Config & {
  readonly input: { readonly words: { readonly dropout: number } }
  readonly training: {
    readonly epochs: number
    readonly batchSize: number
    readonly learningRate: number
    readonly averaging: Exclude<Averaging, { readonly kind: 'auto' }>
  }
}

type Training = Config['training']
type Averaging = Training['averaging']

/** From this many sentences on, a corpus is not small. */
const LARGE = 1000
/** Sentences per sentence of a batch. */
const PER_BATCH = 100
/** What a small corpus is trained for, in updates: on types of its own, and beside types of a model that are kept. */
const UPDATES = { own: 1500, kept: 500 } as const
/** However small a corpus is. */
const MOST_EPOCHS = 100
/** So few updates need larger ones. */
const LEARNING_RATE = 0.004
/** What a model knows of types that are kept should not be overwritten: the share of the large rate. */
const KEPT_RATE = 2 / 3
/** The share of training words that are hidden: nearly every name in new text is a new word for a small corpus. */
const WORD_DROPOUT = { small: 0.25, large: 0.05 } as const
/** They also differ more from one to the next, and so do the scores of epochs. */
const AVERAGING = { kind: 'ema', decay: 0.99 } as const

/**
 * Replaces `auto` by what suits a training corpus of this many sentences. From 1,000 on, that is `training.large`, and no
 * averaging. A smaller corpus gets as many updates from smaller batches: a sentence per hundred, rounded up to a power of
 * two, and epochs for 1,500 updates, at most 100; the learning rate is at least 0.004, the parameters are averaged, and more
 * words are hidden, except where there are vectors for new ones.
 * Affixes that are only for smaller corpora than this one go. docs/experiments.md has the measurements behind the numbers.
 *
 * If a tagger starts from a trained model, no more words are hidden. If it also keeps the model's types, a small corpus
 * means 500 updates at two thirds of the large rate.
 *
 * @param sentences 0 or more
 * @example
 * fixSizes(config, 400).training.batchSize // 4
 */
export function fixSizes(config: Config, sentences: number): FixedConfig {
  const { training } = config
  const keepsTypes = config.from?.keepTypes === true
  const { large, learningRate, averaging } = training
  const isLarge = sentences >= LARGE
  const batchSize = training.batchSize === 'auto' ? autoBatch(sentences, training) : training.batchSize
  const epochs =
    training.epochs === 'auto'
      ? autoEpochs(sentences, { ...training, batchSize, keepsTypes })
      : training.epochs
  const smallRate = keepsTypes ? large.learningRate * KEPT_RATE : Math.max(LEARNING_RATE, large.learningRate)
  const autoRate = isLarge ? large.learningRate : smallRate
  return {
    ...config,
    input: fixInput(config, sentences),
    training: {
      ...training,
      batchSize,
      epochs,
      learningRate: learningRate === 'auto' ? autoRate : learningRate,
      averaging: averaging.kind !== 'auto' ? averaging : isLarge ? { kind: 'none' } : AVERAGING,
    },
  }
}

/** What was left to the size of the corpus: each setting's path with its value. */
export function chosenSettings(given: Config, fixed: FixedConfig): Readonly<Record<string, unknown>> {
  const { training, input, pretrained } = given
  // Beside an encoder, words are an input only where they have vectors.
  const readsWords = pretrained === null || input.words.vectors !== null
  const { affixes } = fixed.input
  const numbers = (['batchSize', 'epochs', 'learningRate'] as const).filter(name => training[name] === 'auto')
  return {
    ...(input.affixes !== affixes && {
      [affixes === null ? 'input.affixes' : 'input.affixes.dim']: affixes?.dim ?? null,
    }),
    ...(readsWords && input.words.dropout === 'auto' && { 'input.words.dropout': fixed.input.words.dropout }),
    ...Object.fromEntries(numbers.map(name => [`training.${name}`, fixed.training[name]])),
    ...(training.averaging.kind === 'auto' && { 'training.averaging': fixed.training.averaging.kind }),
  }
}

function fixInput({ input, from }: Config, sentences: number): FixedConfig['input'] {
  const { words, affixes, unit } = input
  const isHidden = sentences < LARGE && from === null && words.vectors === null && unit.kind !== 'character'
  const dropout = isHidden ? WORD_DROPOUT.small : WORD_DROPOUT.large
  return {
    ...input,
    words: { ...words, dropout: words.dropout === 'auto' ? dropout : words.dropout },
    affixes:
      affixes?.below == null ? affixes : sentences < affixes.below ? { ...affixes, below: null } : null,
  }
}

function autoBatch(sentences: number, { large }: Training): number {
  if (sentences >= LARGE) return large.batchSize
  const hundreds = Math.ceil(Math.max(1, sentences) / PER_BATCH)
  return Math.min(large.batchSize, 2 ** Math.ceil(Math.log2(hundreds)))
}

function autoEpochs(
  sentences: number,
  {
    large,
    batchSize,
    accumulate,
    keepsTypes,
  }: Training & {
    readonly batchSize: number
    readonly keepsTypes: boolean
  },
): number {
  if (sentences >= LARGE) return large.epochs
  const steps = stepsPerEpoch(Math.max(1, sentences), { batchSize, accumulate })
  return Math.min(MOST_EPOCHS, Math.ceil((keepsTypes ? UPDATES.kept : UPDATES.own) / steps))
}
