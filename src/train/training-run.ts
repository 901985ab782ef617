/** What every training run consists of, be it into a folder or in memory. */
import { Random } from '../base/random.js'
import type { Config } from '../config/schema.js'
import { createAveragedWeights } from '../engine/optim/averaged-weights.js'
import { GradientAccumulator } from '../engine/optim/gradient-accumulator.js'
import { createOptimizer, optimizerSlots } from '../engine/optim/optimizer.js'
import { type ParameterSpec, ParameterStore, type Slot } from '../engine/optim/parameter-store.js'
import { createSchedule } from '../engine/optim/schedules.js'
import type { GroupConfig, OptimizerConfig } from '../engine/optim/update-rules.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { PRETRAINED } from '../model/inputs/words.js'
import { parameterSpecs } from '../model/tagger-definition.js'
import { SentenceTagger } from '../recognize/sentence-tagger.js'
import type { StartEvent } from '../run/events.js'
import type { LoopState } from '../run/run-store.js'
import { type DevResult, evaluateDev } from './loop/dev-evaluation.js'
import type { PreparedTraining } from './prepare/prepare.js'
import { stepsPerEpoch } from './prepare/sampling.js'
import { countTags, tagWeights } from './prepare/tag-weights.js'

const RUNTIME_LABEL: Readonly<Record<Runtime['name'], string>> = {
  node: 'onnxruntime-node',
  web: 'onnxruntime-web',
  reference: 'reference runtime',
}

/** Weight decay is for matrices and vectors of words, not for biases, the scales of norms, and a CRF's scores. */
const UNDECAYED: readonly string[] = ['bias', 'crf']

/** `rowUpdates: auto` is lazy for a word table with pretrained vectors, and dense for all others. */
function optimizerConfig(
  { rowUpdates, ...rest }: Config['training']['optimizer'],
  parameters: readonly ParameterSpec[],
): OptimizerConfig {
  const exceptions: (readonly [string, GroupConfig])[] = [
    ...UNDECAYED.map(group => [group, { weightDecay: 0 }] as const),
    ...(rowUpdates === 'auto' ? [[PRETRAINED, { rowUpdates: 'lazy' }] as const] : []),
  ]
  const groups = exceptions.filter(([name]) => parameters.some(({ group }) => group === name))
  return {
    ...rest,
    rowUpdates: rowUpdates === 'auto' ? 'dense' : rowUpdates,
    groups: Object.fromEntries(groups),
  }
}

/** The parameters of a run as it starts, what changes them, and the weights of the tags in the loss. */
export function createRun(config: Config, prepared: PreparedTraining) {
  const { tags } = prepared.vocabularies
  const { schedule, seed, accumulate, averaging } = config.training
  const specs = parameterSpecs(prepared.definition)
  const optimizer = optimizerConfig(config.training.optimizer, specs)
  const slots: Slot[] = [...optimizerSlots(optimizer)]
  if (averaging.kind !== 'none') slots.push('average')
  if (accumulate > 1) slots.push('accumulated')
  const store = new ParameterStore(specs, {
    random: Random.fromSeed(seed),
    slots,
  })
  return {
    store,
    optimizer: createOptimizer(store, optimizer),
    schedule: createSchedule(schedule),
    accumulator: accumulate > 1 ? new GradientAccumulator(store) : undefined,
    averaging:
      averaging.kind === 'none'
        ? undefined
        : ({
            weights: createAveragedWeights(
              store,
              averaging.kind === 'ema' ? { ...averaging, warmup: true } : averaging,
            ),
            every: averaging.kind === 'ema' ? 'step' : 'epoch',
          } as const),
    tagWeights: tagWeights(config.decoder, tags, countTags(prepared.sentences, tags.length)),
  }
}

/** Scores the development set with the present parameters, through the graph that is shipped. */
export function devEvaluator(
  config: Config,
  prepared: PreparedTraining,
  store: ParameterStore,
  runtime: Runtime,
): (() => Promise<DevResult>) | undefined {
  const { dev } = prepared
  if (!dev) return undefined
  const { threads } = config.training
  return async () => {
    const tagger = await SentenceTagger.create(prepared, name => store.get(name).value, runtime, { threads })
    try {
      return await evaluateDev(tagger, dev)
    } finally {
      await tagger.release()
    }
  }
}

/** @param resumed where an earlier run left off, if this one goes on from there */
export function startEvent(
  config: Config,
  { sentences, sampler, tokens, dev, vocabularies, coverage }: PreparedTraining,
  store: ParameterStore,
  runtime: Runtime,
  resumed: LoopState | undefined,
): StartEvent {
  const { epochs, threads } = config.training
  const epochSentences = sampler?.expected ?? sentences.length
  return {
    kind: 'start',
    resumedFrom: resumed ? { epoch: resumed.epoch, step: resumed.step } : null,
    sentences: sentences.length,
    tokens,
    devSentences: dev?.gold.length ?? 0,
    types: vocabularies.types,
    tags: vocabularies.tags.length,
    unit: config.input.unit.kind,
    words: vocabularies.inputs.words.trained.known,
    characters: (vocabularies.inputs.charCnn ?? vocabularies.inputs.charLstm)?.known ?? 0,
    vectors: coverage,
    parameters: store.trainableCount,
    epochs,
    epochSentences,
    stepsPerEpoch: stepsPerEpoch(epochSentences, config.training),
    runtime: RUNTIME_LABEL[runtime.name],
    threads,
  }
}
