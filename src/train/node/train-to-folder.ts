import { createHash } from 'node:crypto'
import type { Config } from '../../config/schema.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { readGazetteer } from '../../encode/node/read-gazetteer.js'
import { readWordVectors } from '../../encode/node/read-word-vectors.js'
import type { ReadVectors } from '../../encode/node/vector-collector.js'
import { vectorFile } from '../../encode/node/vector-package.js'
import { type WordVectors, wantedForms } from '../../encode/word-vectors.js'
import { toSafetensors } from '../../engine/optim/safetensors.js'
import { valueTensors } from '../../engine/optim/store-tensors.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { buildInferenceGraph } from '../../model/inference-graph.js'
import { vocabulariesToJson } from '../../model/vocabularies.js'
import { hasCheckpoint } from '../../run/node/checkpoint.js'
import {
  createRunFolder,
  finishRunFolder,
  isUnfinishedRun,
  removeRunFolder,
  reopenRunFolder,
} from '../../run/node/run-folder.js'
import { openRunLog, type RunLog } from '../../run/node/run-log.js'
import { type DoneEvent, RUNTIME_WARNING, type TrainEvent, type WarningEvent } from '../loop/events.js'
import { trainLoop } from '../loop/loop.js'
import {
  type LoadedCorpora,
  type PreparedTraining,
  prepareTraining,
  trainingWords,
} from '../prepare/prepare.js'
import { vectorsLeftOut, warning } from '../prepare/warnings.js'
import { TrainingStep } from '../step/training-step.js'
import { createRun, devEvaluator, startEvent } from '../training-run.js'
import { finalFiles } from './final-files.js'
import { FolderCheckpoints, restoreLast } from './folder-checkpoints.js'
import { loadCorpora } from './load-corpora.js'
import { readResumePoint } from './resume-point.js'
import type { TrainOptions } from './training-options.js'

/** Seconds between two step events in `log.jsonl`. */
const LOGGED_STEP_SECONDS = 10

/**
 * One training run in the calling thread, which each step blocks: `train` runs it in a worker.
 * The run folder appears once the corpora have been read; the model is added when training is done. Where training
 * fails before its first checkpoint, the folder goes again.
 */
export async function* trainToFolder(
  options: TrainOptions,
  isStopRequested: () => boolean,
): AsyncGenerator<TrainEvent> {
  const { config, out } = options
  const notices: WarningEvent[] = []
  const runtime = await chooseRuntime(message => {
    notices.push(warning(RUNTIME_WARNING, message))
  })
  const { corpora, notes } = await loadCorpora(config.corpus, config.input)
  const { prepared, data, vectorNotes } = await prepare(config, corpora)
  const startsAnew = options.resume === true && isWithoutCheckpoint(out)
  if (startsAnew)
    notices.push(warning('no-checkpoint', `${out} has no checkpoint yet: training starts from the beginning`))
  const resumed = options.resume && !startsAnew ? readResumePoint(out, config, data) : undefined
  const run = createRun(config, prepared)
  if (resumed) {
    restoreLast(resumed.checkpoint, run.store, out)
    run.optimizer.restore(resumed.state.loop.optimizer)
    run.schedule.restore(resumed.state.loop.schedule)
    if (resumed.state.loop.averaging) run.averaging?.weights.restore(resumed.state.loop.averaging)
    reopenRunFolder(out)
  } else createRunFolder(out, initialFiles(config, prepared), { force: startsAnew || options.force })
  const log = openRunLog(out, resumed && { keep: resumed.state.logBytes })
  let failed = false
  try {
    const logged = logger(log)
    const tell = (event: TrainEvent) => {
      logged(event)
      return event
    }
    for (const each of [...notices, ...notes, ...vectorNotes, ...prepared.warnings]) yield tell(each)
    yield tell(startEvent(config, prepared, run.store, runtime, resumed?.state.loop))
    const step = await TrainingStep.create(prepared.definition, run.store, prepared.forms, runtime, {
      threads: config.training.threads,
      tagWeights: run.tagWeights,
    })
    const checkpoints = new FolderCheckpoints(out, run.store, log, data)
    const loop = trainLoop({
      config: config.training,
      sentences: prepared.sentences,
      sampler: prepared.sampler,
      step,
      optimizer: run.optimizer,
      schedule: run.schedule,
      averaging: run.averaging,
      accumulator: run.accumulator,
      checkpoints,
      evaluate: devEvaluator(config, prepared, run.store, runtime),
      isStopRequested,
      resume: resumed?.state.loop,
    })
    let done: DoneEvent | undefined
    try {
      for await (const event of loop) {
        // The caller hears that it is done when the folder is.
        if (event.kind === 'done') done = event
        else yield tell(event)
      }
    } finally {
      await step.release()
    }
    if (!done) throw new Error('the training loop ended without saying how')
    tell(done)
    if (done.reason !== 'interrupted') {
      const model = buildInferenceGraph(prepared.definition, name => run.store.get(name).value)
      const files = await finalFiles({
        config,
        prepared,
        corpora,
        store: run.store,
        runtime,
        model,
        done,
        weights: run.tagWeights,
      })
      finishRunFolder(out, {
        ...files,
        'config.json': json(config),
        'model.onnx': model,
        'model.safetensors': toSafetensors(valueTensors(run.store)),
      })
    }
    yield done
  } catch (error) {
    failed = true
    throw error
  } finally {
    log[Symbol.dispose]()
    if (failed && isWithoutCheckpoint(out)) removeRunFolder(out)
  }
}

/** Vectors as they were read are held in here only: what is kept of them takes a quarter of the room. */
async function prepare(config: Config, corpora: LoadedCorpora) {
  const vectors = await readVectors(config, corpora)
  const gazetteers = await Promise.all(config.input.gazetteers.map(readGazetteer))
  const { vectors: path, vectorLimit } = config.input.words
  return {
    vectorNotes: path !== null && vectors ? vectorsLeftOut(path, vectors, vectorLimit) : [],
    prepared: prepareTraining({ config, ...corpora, vectors, gazetteers }),
    data: fingerprint(corpora, vectors, gazetteers),
  }
}

/** The pretrained vectors that the model can make use of: the first of their file, and those of the training words. */
async function readVectors({ input }: Config, { train }: LoadedCorpora): Promise<ReadVectors | undefined> {
  const { vectors, vectorLimit, dim } = input.words
  if (vectors === null) return undefined
  const keep = wantedForms(trainingWords(input, train).keys())
  return readWordVectors(vectorFile(vectors), { dim, keep, first: vectorLimit ?? Number.POSITIVE_INFINITY })
}

/** A run that was killed before its first checkpoint has lost nothing by starting again. */
function isWithoutCheckpoint(dir: string): boolean {
  return isUnfinishedRun(dir) && !hasCheckpoint(dir, 'last')
}

function initialFiles(config: Config, { vocabularies }: PreparedTraining): Record<string, string> {
  return {
    'config.json': json(config),
    'vocab.json': `${JSON.stringify(vocabulariesToJson(vocabularies))}\n`,
  }
}

/** Writes events to the log with the time they happened; of the steps only one now and then. */
function logger(log: RunLog): (event: TrainEvent) => void {
  let lastStep = Number.NEGATIVE_INFINITY
  return event => {
    if (event.kind === 'step') {
      if (performance.now() - lastStep < LOGGED_STEP_SECONDS * 1000) return
      lastStep = performance.now()
    }
    log.append({ time: new Date().toISOString(), ...event })
  }
}

function fingerprint(
  { train, dev }: LoadedCorpora,
  vectors: WordVectors | undefined,
  gazetteers: readonly GazetteerList[],
): string {
  const hash = createHash('sha256')
  for (const corpus of [train, dev]) {
    for (const { tokens, tags, columns } of corpus?.sentences ?? [])
      hash.update(JSON.stringify(columns ? [tokens, tags, columns] : [tokens, tags]))
    hash.update('\n')
  }
  if (gazetteers.length > 0) hash.update(JSON.stringify(gazetteers))
  if (vectors) {
    hash.update([...vectors.rows.keys()].join('\n'))
    hash.update(vectors.matrix)
  }
  return hash.digest('hex')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
