import { createHash } from 'node:crypto'
import { InputError } from '../../base/errors.js'
import type { Config, CorpusConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { readWordVectors } from '../../encode/node/read-word-vectors.js'
import { buildInferenceGraph } from '../../model/inference-graph.js'
import { readCheckpoint } from '../../model/node/checkpoint.js'
import { createRunFolder, finishRunFolder } from '../../model/node/run-folder.js'
import { openRunLog, type RunLog } from '../../model/node/run-log.js'
import { toSafetensors } from '../../model/safetensors.js'
import { valueTensors } from '../../model/store-tensors.js'
import { vocabulariesToJson } from '../../model/vocabularies.js'
import { chooseRuntime } from '../../runtime/node/choose-runtime.js'
import { type DoneEvent, RUNTIME_WARNING, type TrainEvent, type WarningEvent } from '../events.js'
import { trainLoop } from '../loop.js'
import {
  type LabelledCorpus,
  type LoadedCorpora,
  type PreparedTraining,
  prepareTraining,
} from '../prepare.js'
import { createRun, devEvaluator, startEvent } from '../training-run.js'
import { TrainingStep } from '../training-step.js'
import { finalFiles } from './final-files.js'
import { FolderCheckpoints, restoreLast, type SavedState } from './folder-checkpoints.js'
import type { TrainOptions } from './training-options.js'

/** Seconds between two step events in `log.jsonl`. */
const LOGGED_STEP_SECONDS = 10

/**
 * One training run in the calling thread, which each step blocks: `train` runs it in a worker.
 * The run folder appears once the corpora have been read; the model is added when training is done.
 */
export async function* trainToFolder(
  options: TrainOptions,
  isStopRequested: () => boolean,
): AsyncGenerator<TrainEvent> {
  const { config, out } = options
  const notices: WarningEvent[] = []
  const runtime = await chooseRuntime(message => {
    notices.push({ kind: 'warning', code: RUNTIME_WARNING, message })
  })
  const corpora = await loadCorpora(config.corpus)
  const { vectors: vectorsPath, dim } = config.input.words
  const vectors = vectorsPath === null ? undefined : await readWordVectors(vectorsPath, { dim })
  const prepared = prepareTraining({ config, ...corpora, vectors })
  const data = fingerprint(corpora)
  const resumed = options.resume ? readResumePoint(out, data) : undefined
  const run = createRun(config, prepared)
  if (resumed) {
    restoreLast(resumed.checkpoint, run.store, out)
    run.optimiser.restore(resumed.state.loop.optimiser)
    run.schedule.restore(resumed.state.loop.schedule)
    if (resumed.state.loop.averaging) run.averaging?.weights.restore(resumed.state.loop.averaging)
  } else createRunFolder(out, initialFiles(config, prepared), { force: options.force })
  const log = openRunLog(out, resumed && { keep: resumed.state.logBytes })
  try {
    const logged = logger(log)
    const tell = (event: TrainEvent) => {
      logged(event)
      return event
    }
    for (const warning of [...prepared.warnings, ...notices]) yield tell(warning)
    yield tell(startEvent(config, prepared, run.store, runtime, resumed?.state.loop))
    const step = await TrainingStep.create(prepared.definition, run.store, prepared.forms, runtime, {
      threads: config.training.threads,
      tagWeights: run.tagWeights,
    })
    const checkpoints = new FolderCheckpoints(out, run.store, log, data)
    const loop = trainLoop({
      config: config.training,
      sentences: prepared.sentences,
      step,
      optimiser: run.optimiser,
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
  } finally {
    log[Symbol.dispose]()
  }
}

async function loadCorpora(config: CorpusConfig): Promise<LoadedCorpora> {
  if (config.train === null)
    throw new InputError('train/corpus', {
      where: 'corpus.train',
      expected: 'a labelled corpus to train on',
      got: 'null',
      remedy: 'set it in the configuration, or give --corpus.train FILE',
    })
  const options: ReadOptions = {
    ...(config.format !== 'auto' && { format: config.format }),
    ...(config.encoding !== 'auto' && { encoding: config.encoding }),
    ...(config.tokenColumn !== null && { tokenColumn: config.tokenColumn }),
    ...(config.tagColumn !== null && { tagColumn: config.tagColumn }),
    columns: false,
  }
  const load = async (path: string): Promise<LabelledCorpus> => {
    const { sentences, scheme } = await loadCorpus(path, options)
    if (sentences.every(({ tags }) => tags.length === 0))
      throw new InputError('train/corpus', {
        where: path,
        expected: 'labelled sentences',
        got: 'text without tags',
      })
    return { path, scheme: scheme.scheme, sentences }
  }
  return {
    train: await load(config.train),
    dev: config.dev === null ? null : await load(config.dev),
    test: config.test === null ? null : await load(config.test),
  }
}

function readResumePoint(dir: string, data: string) {
  const checkpoint = readCheckpoint(dir, 'last')
  const state = checkpoint.state as SavedState
  if (state.data !== data)
    throw new InputError('train/resume', {
      where: dir,
      expected: 'the corpora that the run was started with',
      got: 'other content',
      remedy: 'put them back, or start a new run',
    })
  return { checkpoint, state }
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

function fingerprint({ train, dev }: LoadedCorpora): string {
  const hash = createHash('sha256')
  for (const corpus of [train, dev])
    for (const { tokens, tags } of corpus?.sentences ?? []) hash.update(JSON.stringify([tokens, tags]))
  return hash.digest('hex')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
