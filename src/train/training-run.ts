/** What every training run consists of, be it into a folder or in memory. */
import { Random } from '../base/random.js'
import type { Config } from '../config/schema.js'
import { Decoder } from '../model/decoder.js'
import { EmissionNetwork } from '../model/emission-network.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import { type ParameterSpec, ParameterStore, type Slot } from '../model/parameter-store.js'
import { PRETRAINED, parameterSpecs, taggingWindow } from '../model/tagger-definition.js'
import type { Runtime } from '../runtime/runtime.js'
import { createAveragedWeights } from './averaged-weights.js'
import { type DevResult, evaluateDev } from './dev-evaluation.js'
import type { StartEvent } from './events.js'
import { GradientAccumulator } from './gradient-accumulator.js'
import type { LoopState } from './loop-state.js'
import { createOptimiser, optimiserSlots } from './optimiser.js'
import type { PreparedTraining } from './prepare.js'
import { stepsPerEpoch } from './sampling.js'
import { createSchedule } from './schedules.js'
import { countTags, tagWeights } from './tag-weights.js'
import type { GroupConfig, OptimiserConfig } from './update-rules.js'

const RUNTIME_LABEL: Readonly<Record<Runtime['name'], string>> = {
  node: 'onnxruntime-node',
  web: 'onnxruntime-web',
  reference: 'reference runtime',
}

/** Weight decay is for matrices and vectors of words, not for biases, the scales of norms, and a CRF's scores. */
const UNDECAYED: readonly string[] = ['bias', 'crf']

/**
 * Idle rows `auto`: the table of words rests where it has pretrained vectors beside or in it; the others move on.
 */
function optimiserConfig(
  { idleRows, ...rest }: Config['training']['optimiser'],
  parameters: readonly ParameterSpec[],
): OptimiserConfig {
  const exceptions: (readonly [string, GroupConfig])[] = [
    ...UNDECAYED.map(group => [group, { weightDecay: 0 }] as const),
    ...(idleRows === 'auto' ? [[PRETRAINED, { idleRows: 'rest' }] as const] : []),
  ]
  const groups = exceptions.filter(([name]) => parameters.some(({ group }) => group === name))
  return { ...rest, idleRows: idleRows === 'auto' ? 'move' : idleRows, groups: Object.fromEntries(groups) }
}

/** The parameters of a run as it starts, what changes them, and the weights of the tags in the loss. */
export function createRun(config: Config, prepared: PreparedTraining) {
  const { tags } = prepared.vocabularies
  const { schedule, seed, accumulate } = config.training
  const specs = parameterSpecs(prepared.definition)
  const optimiser = optimiserConfig(config.training.optimiser, specs)
  const { kind, decay } = config.training.averaging
  const slots: Slot[] = [...optimiserSlots(optimiser)]
  if (kind !== 'none') slots.push('average')
  if (accumulate > 1) slots.push('accumulated')
  const store = new ParameterStore(specs, {
    random: Random.fromSeed(seed),
    slots,
  })
  return {
    store,
    optimiser: createOptimiser(store, optimiser),
    schedule: createSchedule(schedule),
    accumulator: accumulate > 1 ? new GradientAccumulator(store) : undefined,
    averaging:
      kind === 'none'
        ? undefined
        : ({
            weights: createAveragedWeights(store, kind === 'ema' ? { kind, decay, warmup: true } : { kind }),
            every: kind === 'ema' ? 'step' : 'epoch',
          } as const),
    tagWeights: tagWeights(config.decoder.classWeights, tags, countTags(prepared.sentences, tags.length)),
  }
}

/** Scores the development set with the present parameters, through the graph that is shipped. */
export function devEvaluator(
  config: Config,
  { definition, forms, vocabularies, dev }: PreparedTraining,
  store: ParameterStore,
  runtime: Runtime,
): (() => Promise<DevResult>) | undefined {
  if (!dev) return undefined
  const { scheme, tags } = vocabularies
  const parameterValue = (name: string) => store.get(name).value
  return async () => {
    const network = await EmissionNetwork.create(
      buildInferenceGraph(definition, parameterValue),
      forms,
      tags.length,
      runtime,
      { threads: config.training.threads, window: taggingWindow(definition) },
    )
    try {
      return await evaluateDev(network, new Decoder(tags, scheme, config.decoder, parameterValue), dev)
    } finally {
      await network.release()
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
    unit: config.input.unit,
    words: vocabularies.words.known,
    characters: vocabularies.characters?.known ?? 0,
    vectors: coverage,
    parameters: store.trainableCount,
    epochs,
    epochSentences,
    stepsPerEpoch: stepsPerEpoch(epochSentences, config.training),
    runtime: RUNTIME_LABEL[runtime.name],
    threads,
  }
}
