import { InputError } from '../base/errors.js'
import { VERSION } from '../base/version.js'
import type { Config } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import type { WordVectors } from '../encode/word-vectors.js'
import { toSafetensors } from '../engine/optim/safetensors.js'
import { restoreValues, valueTensors } from '../engine/optim/store-tensors.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import { vocabulariesToJson } from '../model/vocabularies.js'
import { createManifest, type FileDigest, MANIFEST, manifestBody, manifestText } from '../run/run-manifest.js'
import { webDigest } from '../run/web-digest.js'
import type { TrainEvent, WarningEvent } from './loop/events.js'
import { trainLoop } from './loop/loop.js'
import type { CheckpointStore } from './loop/loop-state.js'
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

/** A run's files by name, `manifest.json` among them: what `loadTaggerFrom` reads, and a run folder when saved. */
export type TrainedFiles = ReadonlyMap<string, Uint8Array>

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
      got: `'${config.input.words.vectors}', which no file is read for here`,
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
  const { definition, forms, sentences, sampler } = prepared
  const { threads } = config.training
  const step = await TrainingStep.create(definition, store, forms, runtime, { threads, tagWeights })
  let best: ReturnType<typeof copyOf> | undefined
  const checkpoints: CheckpointStore = {
    save: async () => {},
    saveBest: async () => {
      best = copyOf(store)
    },
    restoreBest: async () => {
      if (best) restoreValues(store, best, 'memory')
    },
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
  const text = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
  return withManifest({
    'config.json': text(config),
    'vocab.json': text(vocabulariesToJson(prepared.vocabularies)),
    'model.onnx': buildInferenceGraph(definition, name => store.get(name).value),
    'model.safetensors': toSafetensors(valueTensors(store)),
  })
}

function copyOf(store: Parameters<typeof valueTensors>[0]): ReturnType<typeof valueTensors> {
  return new Map(
    [...valueTensors(store)].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  )
}

/** Lets timers, messages and an abort through: between steps there are only promises. */
function turnOfOthers(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve)
  })
}

async function withManifest(files: Readonly<Record<string, Uint8Array>>): Promise<TrainedFiles> {
  const digests: Record<string, FileDigest> = {}
  for (const [name, content] of Object.entries(files))
    digests[name] = await webDigest(new Uint8Array(content))
  const manifest = createManifest(VERSION, digests)
  const { sha256 } = await webDigest(new TextEncoder().encode(manifestBody(manifest)))
  return new Map([
    ...Object.entries(files),
    [MANIFEST, new TextEncoder().encode(manifestText(manifest, sha256))],
  ])
}
