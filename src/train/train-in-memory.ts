import { InputError } from '../base/errors.js'
import type { Config } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import type { WordVectors } from '../encode/word-vectors.js'
import { restoreValues, valueTensors } from '../engine/optim/store-tensors.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import type { TrainEvent, WarningEvent } from '../run/events.js'
import { MemoryStore, type TrainedFiles } from '../run/memory-store.js'
import { type Checkpoints, trainLoop } from './loop/loop.js'
import { type LabeledCorpus, prepareTraining } from './prepare/prepare.js'
import { learnable } from './prepare/warnings.js'
import { TrainingStep } from './step/training-step.js'
import { createRun, devEvaluator, startEvent } from './training-run.js'

export interface TrainInMemoryOptions {
  /** Its paths to corpora mean nothing here. */
  readonly config: Config
  /** Pretrained word vectors, where the configuration names some: all of them are kept in the model. */
  readonly vectors?: WordVectors
  /** The lists of names that `input.gazetteers` of the configuration asks for, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
  readonly train: LabeledCorpus
  readonly dev?: LabeledCorpus
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  /** Stops the run between two steps; the files then hold the parameters as they are. */
  readonly signal?: AbortSignal
}

/**
 * Trains a tagger without touching a disk: in a browser, or on corpora that are in memory. The same numbers as `train`
 * on the same runtime. Each step blocks its thread: in a page, call it from a worker.
 *
 * @returns the finished tagger's files, with the best parameters by the development corpus
 * @throws InputError where the configuration names vectors that are not given, a corpus has no labels, or the loss is no
 *   longer a number
 * @example
 * const run = trainInMemory({ config, train: { path: 'notes', scheme: 'BIO', sentences } })
 * let next = await run.next()
 * for (; !next.done; next = await run.next()) console.log(next.value.kind)
 * const files = next.value
 * const tagger = await loadTaggerFrom({ read: async name => files.get(name) })
 */
export async function* trainInMemory({
  config,
  train,
  dev,
  vectors,
  gazetteers = [],
  runtime = webRuntime(),
  signal,
}: TrainInMemoryOptions): AsyncGenerator<TrainEvent, TrainedFiles> {
  if (config.input.words.vectors !== null && !vectors)
    throw new InputError('train/vectors', {
      where: 'input.words.vectors',
      expected: 'null, or the vectors in memory',
      got: `'${config.input.words.vectors.file}', which no file is read for here`,
      remedy: 'give the option vectors',
    })
  const lists = config.input.gazetteers
  if (lists.length !== gazetteers.length)
    throw new InputError('train/gazetteers', {
      where: 'input.gazetteers',
      expected: `${lists.length} lists of names in memory, for ${lists.map(({ file }) => file).join(', ') || 'none'}`,
      got: `${gazetteers.length}`,
      remedy: 'give them as the option gazetteers, in the configuration’s order',
    })
  const notes: WarningEvent[] = []
  const corpora = { train: learnable(notes, train), dev: dev ? learnable(notes, dev) : null }
  const prepared = prepareTraining({ config, ...corpora, vectors, gazetteers })
  const { store, tagWeights, ...updates } = createRun(config, prepared)
  yield* notes
  yield* prepared.warnings
  yield startEvent(config, prepared, store, runtime, undefined)
  const { definition, unitTable, sentences, sampler } = prepared
  const { threads } = config.training
  const step = await TrainingStep.create(definition, store, unitTable, runtime, { threads, tagWeights })
  const memory = new MemoryStore({ config, vocabularies: prepared.vocabularies })
  const checkpoints: Checkpoints = {
    save: () => memory.save(),
    saveBest: () => memory.saveBest(valueTensors(store)),
    restoreBest: async () => restoreValues(store, await memory.best(), 'memory'),
  }
  try {
    const evaluate = devEvaluator(config, prepared, store, runtime)
    const isStopRequested = () => signal?.aborted === true
    const setup = { ...updates, sentences, sampler, step, checkpoints, evaluate, isStopRequested }
    for await (const event of trainLoop({ ...setup, config: config.training })) {
      yield event
      await turnOfOthers()
    }
  } finally {
    await step.release()
  }
  await memory.finish({
    config,
    model: buildInferenceGraph(definition, name => store.get(name).value),
    parameters: valueTensors(store),
  })
  return memory.files() ?? new Map()
}

/** Lets timers, messages and an abort through: between steps there are only promises. */
function turnOfOthers(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve)
  })
}
