import { createHash } from 'node:crypto'
import type { Config } from '../../config/schema.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { readGazetteer } from '../../encode/node/read-gazetteer.js'
import { readWordVectors } from '../../encode/node/read-word-vectors.js'
import type { ReadVectors } from '../../encode/node/vector-collector.js'
import { vectorFile } from '../../encode/node/vector-package.js'
import { type WordVectors, wantedForms } from '../../encode/word-vectors.js'
import {
  checkpointTensors,
  restoreCheckpoint,
  restoreValues,
  valueTensors,
} from '../../engine/optim/store-tensors.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { buildInferenceGraph } from '../../model/inference-graph.js'
import { type DoneEvent, RUNTIME_WARNING, type TrainEvent, type WarningEvent } from '../../run/events.js'
import { FolderStore } from '../../run/node/folder-store.js'
import { isResumable, isUnfinishedRun, removeRunFolder } from '../../run/node/run-folder.js'
import { type Checkpoints, trainLoop } from '../loop/loop.js'
import { type LoadedCorpora, prepareTraining, trainingWords } from '../prepare/prepare.js'
import { vectorsLeftOut, warning } from '../prepare/warnings.js'
import { TrainingStep } from '../step/training-step.js'
import { createRun, devEvaluator, startEvent } from '../training-run.js'
import { finalFiles } from './final-files.js'
import { loadCorpora } from './load-corpora.js'
import { resumePoint } from './resume-point.js'
import type { TrainOptions } from './training-options.js'

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
  const resumed = options.resume && !startsAnew ? resumePoint(out, config, data) : undefined
  const run = createRun(config, prepared)
  if (resumed) {
    restoreCheckpoint(run.store, resumed.tensors, out)
    run.optimizer.restore(resumed.loop.optimizer)
    run.schedule.restore(resumed.loop.schedule)
    if (resumed.loop.averaging) run.averaging?.weights.restore(resumed.loop.averaging)
  }
  const { vocabularies } = prepared
  const store = resumed
    ? FolderStore.resume(out, resumed)
    : FolderStore.create(out, { config, vocabularies }, { data, force: startsAnew || options.force })
  let failed = false
  try {
    const tell = (event: TrainEvent) => {
      store.append(event)
      return event
    }
    for (const each of [...notices, ...notes, ...vectorNotes, ...prepared.warnings]) yield tell(each)
    yield tell(startEvent(config, prepared, run.store, runtime, resumed?.loop))
    const step = await TrainingStep.create(prepared.definition, run.store, prepared.unitTable, runtime, {
      threads: config.training.threads,
      tagWeights: run.tagWeights,
    })
    const checkpoints: Checkpoints = {
      save: state => store.save(checkpointTensors(run.store), state),
      saveBest: () => store.saveBest(valueTensors(run.store)),
      restoreBest: async () => restoreValues(run.store, await store.best(), out),
    }
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
      resume: resumed?.loop,
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
      const final = await finalFiles({
        config,
        prepared,
        corpora,
        store: run.store,
        runtime,
        model,
        done,
        weights: run.tagWeights,
      })
      await store.finish({ ...final, config, model, parameters: valueTensors(run.store) })
    }
    yield done
  } catch (error) {
    failed = true
    throw error
  } finally {
    store[Symbol.dispose]()
    if (failed && isWithoutCheckpoint(out)) removeRunFolder(out)
  }
}

/** Vectors as they were read are held in here only: what is kept of them takes a quarter of the room. */
async function prepare(config: Config, corpora: LoadedCorpora) {
  const vectors = await readVectors(config, corpora)
  const gazetteers = await Promise.all(config.input.gazetteers.map(readGazetteer))
  const { vectors: source } = config.input.words
  return {
    vectorNotes: source && vectors ? vectorsLeftOut(source.file, vectors, source.limit) : [],
    prepared: prepareTraining({ config, ...corpora, vectors, gazetteers }),
    data: fingerprint(corpora, vectors, gazetteers),
  }
}

/** The pretrained vectors that the model can make use of: the first of their file, and those of the training words. */
async function readVectors({ input }: Config, { train }: LoadedCorpora): Promise<ReadVectors | undefined> {
  const { vectors, dim } = input.words
  if (vectors === null) return undefined
  const keep = wantedForms(trainingWords(input, train).keys())
  return readWordVectors(vectorFile(vectors.file), {
    dim,
    keep,
    first: vectors.limit ?? Number.POSITIVE_INFINITY,
  })
}

/** A run that was killed before its first checkpoint has lost nothing by starting again. */
function isWithoutCheckpoint(dir: string): boolean {
  return isUnfinishedRun(dir) && !isResumable(dir)
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
