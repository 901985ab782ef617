import { Random } from '../base/random.js'
import { createAveragedWeights } from '../engine/optim/averaged-weights.js'
import { GradientAccumulator } from '../engine/optim/gradient-accumulator.js'
import { createOptimizer, type Optimizer, optimizerSlots } from '../engine/optim/optimizer.js'
import { type ParameterSpec, ParameterStore, type Slot } from '../engine/optim/parameter-store.js'
import { createSchedule, type Schedule } from '../engine/optim/schedules.js'
import type { GroupConfig, OptimizerConfig } from '../engine/optim/update-rules.js'
import { PRETRAINED } from '../model/inputs/words.js'
import { encoderGroups, type PretrainedNetwork } from '../model/pretrained/layout.js'
import { parameterSpecs } from '../model/tagger-definition.js'
import { isTagParameter, type TrainedModel, takeOver } from '../model/trained-model.js'
import type { Averaging } from './loop/updates.js'
import type { FixedConfig } from './prepare/corpus-size.js'
import type { PreparedTraining } from './prepare/prepare.js'
import { countTags, tagWeights } from './prepare/tag-weights.js'
import { TowardStart } from './toward-start.js'

/** The parameters of a run as it starts, and everything that changes them. */
export interface Trainables {
  readonly parameters: ParameterStore
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  /** Present where an update has the gradients of several batches. */
  readonly accumulator?: GradientAccumulator
  readonly averaging?: Averaging
  /** Weight of each gold tag in the loss, `[tags]`. */
  readonly tagWeights: Float32Array
}

/**
 * @param base the model whose parameters they start from
 * @throws InputError for class weights of tags or types that the training data does not have
 */
export function createTrainables(
  config: FixedConfig,
  prepared: Pick<PreparedTraining, 'definition' | 'vocabularies' | 'sentences' | 'keptTypes' | 'tagSets'>,
  base?: TrainedModel,
): Trainables {
  const { tags } = prepared.vocabularies
  const { schedule, seed, accumulate } = config.training
  const specs = parameterSpecs(prepared.definition)
  const optimizer = optimizerConfig(config.training, specs, prepared.definition.inputs.pretrained)
  const slots: Slot[] = [...optimizerSlots(optimizer)]
  if (config.training.averaging.kind !== 'none') slots.push('average')
  if (accumulate > 1) slots.push('accumulated')
  const parameters = new ParameterStore(specs, { random: Random.fromSeed(seed), slots })
  if (base) takeOver(parameters, prepared.definition, base)
  const averaging = averagingOf(config, parameters, prepared)
  return {
    parameters,
    optimizer: createOptimizer(parameters, optimizer, { putsOffRows: true }),
    schedule: createSchedule(schedule),
    ...(accumulate > 1 && { accumulator: new GradientAccumulator(parameters) }),
    ...(averaging && { averaging }),
    tagWeights: tagWeights(config.decoder, tags, countTags(prepared.sentences, tags.length)),
  }
}

/**
 * How much of the way from the model to what training found is kept where the model's types are, except in the numbers
 * that each tag has of its own. docs/experiments.md has the measurements.
 */
const KEPT_SHARE = 0.7

/** @param parameters as training starts from them */
function averagingOf(
  { training }: FixedConfig,
  parameters: ParameterStore,
  { keptTypes, tagSets }: Pick<PreparedTraining, 'keptTypes' | 'tagSets'>,
): Averaging | undefined {
  const averages = averagesOf(training, parameters)
  // Where the corpora mark all types, nothing is forgotten.
  if (!keptTypes || !tagSets) return averages
  const options = { share: KEPT_SHARE, isLeft: isTagParameter, averages: averages?.weights }
  return { weights: new TowardStart(parameters, options), every: averages?.every ?? 'epoch' }
}

function averagesOf(
  { averaging }: FixedConfig['training'],
  parameters: ParameterStore,
): Averaging | undefined {
  switch (averaging.kind) {
    case 'none':
      return undefined
    case 'ema':
      return { weights: createAveragedWeights(parameters, { ...averaging, warmup: true }), every: 'step' }
    case 'swa':
      return { weights: createAveragedWeights(parameters, averaging), every: 'epoch' }
  }
}

/** Weight decay is for matrices and word vectors, not for biases, the scales of norms, and a CRF's scores. */
const UNDECAYED: readonly string[] = ['bias', 'crf']

/** `rowUpdates: auto` is lazy for a table with pretrained vectors, of words or of an encoder's pieces, and dense for all others. */
function optimizerConfig(
  { optimizer: { rowUpdates, ...rest }, learningRate }: FixedConfig['training'],
  parameters: readonly ParameterSpec[],
  pretrained: PretrainedNetwork | undefined,
): OptimizerConfig {
  const exceptions: (readonly [string, GroupConfig])[] = [
    ...UNDECAYED.map(group => [group, { weightDecay: 0 }] as const),
    ...(rowUpdates === 'auto' ? [[PRETRAINED, { rowUpdates: 'lazy' }] as const] : []),
    ...(pretrained
      ? encoderGroups(pretrained, learningRate, rowUpdates === 'auto' ? 'lazy' : rowUpdates)
      : []),
  ]
  const groups = exceptions.filter(([name]) => parameters.some(({ group }) => group === name))
  return {
    ...rest,
    rowUpdates: rowUpdates === 'auto' ? 'dense' : rowUpdates,
    groups: Object.fromEntries(groups),
  }
}
