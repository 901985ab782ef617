/** How a model is trained. */
import * as v from 'valibot'
import {
  count,
  dropProbability,
  integerBetween,
  notNegative,
  positive,
  positiveInteger,
  share,
} from './numbers.js'
import { consistent, kind, section } from './sections.js'

const anyOptimizer = { rowUpdates: v.optional(v.picklist(['auto', 'dense', 'lazy']), 'auto') }
const weightDecay = v.optional(notNegative, 0)
const epsilon = v.optional(positive, 1e-8)
const momentum = v.optional(dropProbability, 0)
const adam = { beta1: v.optional(dropProbability, 0.9), beta2: v.optional(dropProbability, 0.999), epsilon }

const optimizer = v.variant('kind', [
  kind('adam', { ...adam, weightDecay, ...anyOptimizer }),
  // Without weight decay it would be Adam.
  kind('adamw', { ...adam, weightDecay: v.optional(positive, 0.01), ...anyOptimizer }),
  v.pipe(
    kind('sgd', { momentum, nesterov: v.optional(v.boolean(), false), weightDecay, ...anyOptimizer }),
    consistent(({ nesterov, momentum }) =>
      nesterov && momentum === 0
        ? [['nesterov'], 'false without momentum: there is nothing to look ahead by']
        : undefined,
    ),
  ),
  /** `smoothing`: decay of the running mean of squared gradients. */
  kind('rmsprop', {
    smoothing: v.optional(dropProbability, 0.99),
    epsilon,
    momentum,
    weightDecay,
    ...anyOptimizer,
  }),
])

const warmup = { warmupSteps: v.optional(count, 0) }
const decay = v.optional(notNegative, 0.05)
const factor = v.optional(share, 0.5)

/** engine/optim/schedules.ts has the formulas. */
const schedule = v.variant('kind', [
  kind('constant', warmup),
  kind('step', { every: v.optional(positiveInteger, 1), factor, ...warmup }),
  kind('sqrt2-per-epoch', warmup),
  kind('inverse-time', { decay, ...warmup }),
  kind('exponential', { decay, ...warmup }),
  /** `warmupShare`: of all updates, if those are more than `warmupSteps`. */
  kind('linear-warmup', { ...warmup, warmupShare: v.optional(dropProbability, 0) }),
  kind('one-cycle', {}),
  kind('plateau', { factor, patience: v.optional(count, 2), ...warmup }),
])

const sampling = v.variant('kind', [
  kind('none', {}),
  /** A type in a smaller share of the sentences than `threshold` is rare. */
  kind('oversample', {
    threshold: v.optional(share, 0.05),
    maxRepeat: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 4),
  }),
  kind('undersample', {
    /** The probability that an epoch has a sentence without entities. */
    keepEmpty: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
    /** Sentences whose rarest type is in a larger share of the sentences are thinned too; `null`: none are. */
    thinAbove: v.optional(v.nullable(share), null),
  }),
])

const averaging = v.variant('kind', [
  /** An average for a small corpus, none for others. */
  kind('auto', {}),
  kind('none', {}),
  kind('ema', { decay: v.optional(dropProbability, 0.999) }),
  kind('swa', {}),
])

/** `auto` is what suits the size of the training corpus. */
const auto = v.literal('auto')
const countOrAuto = v.union([positiveInteger, auto], 'a whole number from 1 on, or auto')
const rateOrAuto = v.union([positive, auto], 'a number above 0, or auto')

export const trainingSchema = section({
  epochs: v.optional(countOrAuto, 'auto'),
  /** Training ends after this many updates, in the middle of an epoch if need be. */
  maxSteps: v.optional(v.nullable(positiveInteger), null),
  /** Training ends after this many minutes, counting evaluations and the time before it was resumed. */
  maxMinutes: v.optional(v.nullable(positive), null),
  batchSize: v.optional(countOrAuto, 'auto'),
  /** What `auto` means for a corpus that is not small. */
  large: section({
    epochs: v.optional(positiveInteger, 20),
    batchSize: v.optional(positiveInteger, 16),
    learningRate: v.optional(positive, 0.0015),
  }),
  learningRate: v.optional(rateOrAuto, 'auto'),
  optimizer: v.optional(optimizer, { kind: 'adam' }),
  schedule: v.optional(schedule, { kind: 'inverse-time' }),
  sampling: v.optional(sampling, { kind: 'none' }),
  accumulate: v.optional(positiveInteger, 1),
  averaging: v.optional(averaging, { kind: 'auto' }),
  clipNorm: v.optional(v.nullable(positive), 5),
  patience: v.optional(v.nullable(positiveInteger), 5),
  /** Patience does not end training before this many updates. */
  minSteps: v.optional(count, 1500),
  seed: v.optional(integerBetween(0, 4_294_967_295), 1),
  threads: v.optional(integerBetween(1, 256), 2),
  /** What computes gradients: the processor, or a GPU. */
  runtime: v.optional(v.picklist(['cpu', 'cuda', 'webgpu']), 'cpu'),
  /** Threads that compute gradients, of as many updates at once. */
  workers: v.optional(integerBetween(1, 64), 1),
  checkpointMinutes: v.optional(positive, 5),
})
