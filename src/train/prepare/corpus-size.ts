import type { Config } from '../../config/schema.js'
import { stepsPerEpoch } from './sampling.js'

/** A configuration in which every `auto` that depends on the size of the training corpus has become a number. */
export type FixedConfig = Config & {
  readonly training: { readonly epochs: number; readonly batchSize: number }
}

/** From this many sentences on, a corpus is not small. */
const LARGE = 1000
/** Sentences per sentence of a batch. */
const PER_BATCH = 100
/** What a small corpus is trained for, in updates. */
const UPDATES = 1500
/** However small a corpus is. */
const MOST_EPOCHS = 100

/**
 * Replaces `auto` by what suits a training corpus of this many sentences. From 1,000 on, that is `training.large`. A
 * smaller corpus gets as many updates from smaller batches: a sentence per hundred, rounded up to a power of two, and
 * epochs for 1,500 updates, at most 100. docs/experiments.md has the measurements behind the numbers.
 *
 * @param sentences 0 or more
 * @example
 * fixSizes(config, 400).training.batchSize // 4
 */
export function fixSizes(config: Config, sentences: number): FixedConfig {
  const { training } = config
  const batchSize = training.batchSize === 'auto' ? autoBatch(sentences, training) : training.batchSize
  const epochs =
    training.epochs === 'auto' ? autoEpochs(sentences, { ...training, batchSize }) : training.epochs
  return { ...config, training: { ...training, batchSize, epochs } }
}

/** The settings that `fixSizes` replaces, by their paths. */
export function autoSettings({ training }: Config): string[] {
  return (['batchSize', 'epochs'] as const)
    .filter(name => training[name] === 'auto')
    .map(name => `training.${name}`)
}

type Training = Config['training']

function autoBatch(sentences: number, { large }: Training): number {
  if (sentences >= LARGE) return large.batchSize
  const hundreds = Math.ceil(Math.max(1, sentences) / PER_BATCH)
  return Math.min(large.batchSize, 2 ** Math.ceil(Math.log2(hundreds)))
}

function autoEpochs(
  sentences: number,
  { large, batchSize, accumulate }: Training & { readonly batchSize: number },
): number {
  if (sentences >= LARGE) return large.epochs
  const steps = stepsPerEpoch(Math.max(1, sentences), { batchSize, accumulate })
  return Math.min(MOST_EPOCHS, Math.ceil(UPDATES / steps))
}
