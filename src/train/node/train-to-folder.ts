import { createHash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { InputError } from '../../base/errors.js'
import { type Note, option, say, setting } from '../../base/fault.js'
import { fileFault } from '../../base/place-fault.js'
import { commonSettings } from '../../config/common-settings.js'
import type { AnyConfig, Config, ConfigOf, RecognizerKind } from '../../config/schema.js'
import { isSameDocument } from '../../corpus/surroundings.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { readClassFile } from '../../encode/node/class-file.js'
import { readGazetteer } from '../../encode/node/read-gazetteer.js'
import type { ReadVectors } from '../../encode/node/vector-collector.js'
import type { WordClassList } from '../../encode/word-classes.js'
import { type WordVectors, wantedForms } from '../../encode/word-vectors.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import type { GpuDevice, Runtime } from '../../engine/runtime/runtime.js'
import { parseSeeds } from '../../features/bootstrap/seeds.js'
import { countWords } from '../../model/inputs/words.js'
import type { PretrainedModel } from '../../model/pretrained/pretrained-model.js'
import type { TrainedModel } from '../../model/trained-model.js'
import { countTokens } from '../../model/vocabularies.js'
import { RUNTIME_WARNING, type TrainEvent, type WarningEvent, warningEvent } from '../../run/events.js'
import { FolderStore } from '../../run/node/folder-store.js'
import { openModel } from '../../run/node/open-model.js'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { isResumable, isUnfinishedRun, lockToReplace, lockToResume } from '../../run/node/run-folder.js'
import { trainedModelOf } from '../../run/read-trained-model.js'
import type { AnyTraining } from '../any-training.js'
import { BootstrapTraining } from '../features/bootstrap-training.js'
import { CrfTraining } from '../features/crf-training.js'
import { HmmTraining } from '../features/hmm-training.js'
import { checkNotes } from '../prepare/check-notes.js'
import type { Corpora } from '../prepare/corpora.js'
import { vectorNotes } from '../prepare/notes.js'
import { recallTypes } from '../prepare/recall.js'
import { Training } from '../training.js'
import { threadedEvaluator } from './crf-evaluator.js'
import { loadCorpora } from './load-corpora.js'
import { resumePoint } from './resume.js'
import { startStepThreads } from './step-threads.js'
import type { TrainOptions } from './training-options.js'

/**
 * One training run in the calling thread, which each step blocks: `train` runs it in a worker.
 * The run folder appears once the corpora have been read; the model is added when training is done. If training fails
 * before its first checkpoint, the folder is removed.
 */
export async function* trainToFolder(
  options: TrainOptions,
  isStopRequested: () => boolean,
): AsyncGenerator<TrainEvent> {
  const { out } = options
  checkApart(options)
  // What is there is locked before it is read, so that no other process changes it before this one writes.
  using lock = options.resume ? lockToResume(out) : options.force ? lockToReplace(out) : undefined
  const warnings: WarningEvent[] = []
  const { training, data, notes } = await prepare(options.config, async () =>
    chooseRuntime(message => {
      warnings.push({ kind: 'warning', code: RUNTIME_WARNING, message })
    }, gpuOf(options.config)),
  )
  const startsAgain = options.resume === true && isWithoutCheckpoint(out)
  if (startsAgain)
    notes.unshift({
      code: 'no-checkpoint',
      where: out,
      message: 'there is no checkpoint yet: training starts from the beginning',
    })
  warnings.push(...notes.map(warningEvent))
  const { config } = training
  const resumed = lock && options.resume && !startsAgain ? resumePoint(out, config, data) : undefined
  if (resumed) training.restore(resumed.tensors, out)
  const start = { config, vocabularies: training.vocabularies }
  using store =
    lock && resumed
      ? FolderStore.resume(out, start, resumed, lock)
      : FolderStore.create(out, start, { data, replaced: lock })
  try {
    yield* training.run(store, { warnings, isStopRequested, resume: resumed?.loop })
  } catch (error) {
    if (isWithoutCheckpoint(out)) store.discard()
    throw error
  }
}

/** The GPU that a configuration asks for. */
function gpuOf(config: AnyConfig): GpuDevice | undefined {
  if (config.recognizer !== 'neural' || config.training.runtime === 'cpu') return undefined
  return config.training.runtime
}

/** A run that replaces the model that it starts from could not be resumed. */
function checkApart({ config, out, resume }: TrainOptions): void {
  const from = 'from' in config ? config.from : null
  if (!from || resume || pathOf(from.model) !== pathOf(out)) return
  throw new InputError('train/from', {
    where: setting('from.model'),
    expected: 'a model in another folder than the new run',
    got: `${from.model} for both`,
    remedy: say`give another folder as ${option('out')}`,
  })
}

function pathOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}

interface Prepared {
  readonly training: AnyTraining
  /** A hash of everything that the parameters depend on besides the configuration. */
  readonly data: string
  readonly notes: Note[]
}

type Prepare<Kind extends RecognizerKind> = (
  config: ConfigOf<Kind>,
  chooseRuntime: () => Promise<Runtime>,
) => Promise<Prepared>

/** How the training of each kind of recognizer is prepared: a new kind is one entry. */
const PREPARE: { readonly [Kind in RecognizerKind]: Prepare<Kind> } = {
  neural: prepareNeural,
  crf: config =>
    prepareFeatureTraining(config, (corpora, lists) =>
      CrfTraining.prepare(config, corpora, { ...lists, createEvaluator: threadedEvaluator }),
    ),
  hmm: config => prepareFeatureTraining(config, corpora => HmmTraining.prepare(config, corpora)),
  bootstrap: async config => {
    const text = await readSeedText(config.bootstrap.seeds)
    const seeds = parseSeeds(text, config.bootstrap.seeds)
    const { corpora, notes } = await loadCorpora(config.corpus, [], { isLabeled: false })
    return {
      training: BootstrapTraining.prepare(config, corpora, seeds),
      data: fingerprint(corpora, { gazetteers: [], classes: [] }) + text,
      notes: [...notes],
    }
  },
}

function prepare(config: AnyConfig, chooseRuntime: () => Promise<Runtime>): Promise<Prepared> {
  const own: (config: never, chooseRuntime: () => Promise<Runtime>) => Promise<Prepared> =
    PREPARE[config.recognizer]
  return own(config as never, chooseRuntime)
}

async function prepareFeatureTraining(
  config: AnyConfig,
  create: (corpora: Corpora, lists: Lists) => AnyTraining,
): Promise<Prepared> {
  const { columns } = commonSettings(config)
  const { corpora, notes } = await loadCorpora(config.corpus, columns)
  const lists = await readLists(config)
  return {
    training: create(corpora, lists),
    data: fingerprint(corpora, lists),
    notes: [...notes, ...(await checkNotes(corpora))],
  }
}

/** @throws InputError `bootstrap/seeds` where there is no such file */
function readSeedText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const got = fileFault(error) ?? (error instanceof TypeError ? 'bytes that are not UTF-8' : undefined)
    if (got === undefined && (error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    throw new InputError('bootstrap/seeds', {
      where: setting('bootstrap.seeds', path),
      expected: 'a file of names and their types',
      got: got ?? 'a folder',
      remedy: 'check the path',
    })
  }
}

/** The lists that the settings name, in their order. */
interface Lists {
  readonly gazetteers: readonly GazetteerList[]
  readonly classes: readonly WordClassList[]
}

async function readLists(config: AnyConfig): Promise<Lists> {
  const { gazetteers, classes } = commonSettings(config)
  return {
    gazetteers: await Promise.all(gazetteers.map(readGazetteer)),
    classes: await Promise.all(classes.map(readClassFile)),
  }
}

/** Vectors as they were read are held in here only. */
async function prepareNeural(config: Config, chooseRuntime: () => Promise<Runtime>): Promise<Prepared> {
  const runtime = await chooseRuntime()
  const found: Note[] = []
  const base = config.from ? await readBase(config.from.model, found) : undefined
  const { corpora, notes } = await loadCorpora(config.corpus, config.input.columns)
  const tokens = countTokens(corpora.train.flatMap(({ sentences }) => sentences))
  // A model to start from has its own.
  const vectors = base ? undefined : await readVectors(config, tokens)
  const pretrained =
    config.pretrained && !base
      ? await readEncoderFolder(config.pretrained.folder, config.pretrained.source)
      : undefined
  const lists = base ? { gazetteers: [], classes: [] } : await readLists(config)
  const recalled = base ? await recallTypes(config, corpora.train, base, runtime) : undefined
  const { vectors: source } = config.input.words
  return {
    training: Training.prepare({
      ...{ config, ...corpora, tokens, vectors, ...lists, pretrained, base, recalled, runtime },
      startHelpers: startStepThreads,
    }),
    data: fingerprint(corpora, {
      ...{ vectors, ...lists, pretrained, base },
      readsDocuments: (config.pretrained?.context ?? 0) > 0,
    }),
    notes: [
      ...found,
      ...notes,
      ...(await checkNotes(corpora)),
      ...(source && vectors ? vectorNotes(source.file, vectors, source.limit) : []),
    ],
  }
}

/** @param notes receives which was taken, if both a folder and a package have the name, and what differs by version */
async function readBase(model: string, notes: Note[]): Promise<TrainedModel> {
  const where = setting('from.model')
  const run = await openModel(model, message => notes.push({ code: 'model-found', where, message }))
  const { notice, ...base } = await trainedModelOf(run)
  if (notice !== undefined) notes.push({ code: 'model-version', where, message: notice })
  return { ...base, name: model }
}

/** The pretrained vectors that the model can use: the first of their file, and those of the training words. */
async function readVectors(
  { input: { words } }: Config,
  tokens: ReadonlyMap<string, number>,
): Promise<ReadVectors | undefined> {
  if (words.vectors === null) return undefined
  const { file, limit } = words.vectors
  const keep = wantedForms(countWords(words, tokens).keys())
  return readWordVectors(file, { dim: words.dim, keep, first: limit ?? Number.POSITIVE_INFINITY })
}

/** A run that was killed before its first checkpoint has lost nothing by starting again. */
function isWithoutCheckpoint(dir: string): boolean {
  return isUnfinishedRun(dir) && !isResumable(dir)
}

/** A hash of everything that the parameters depend on besides the configuration. */
function fingerprint(
  { train, dev }: Corpora,
  {
    vectors,
    gazetteers,
    classes,
    pretrained,
    base,
    readsDocuments = false,
  }: Lists & {
    readonly vectors?: WordVectors | undefined
    readonly pretrained?: PretrainedModel | undefined
    readonly base?: TrainedModel | undefined
    /** Whether what stands around a sentence in its document counts. */
    readonly readsDocuments?: boolean
  },
): string {
  const hash = createHash('sha256')
  for (const corpus of [...train, dev]) {
    if (readsDocuments)
      hash.update(
        JSON.stringify(
          (corpus?.sentences ?? []).map((own, i, all) => i > 0 && isSameDocument(all[i - 1], own)),
        ),
      )
    for (const { tokens, tags, columns, annotated, soft } of corpus?.sentences ?? [])
      hash.update(
        JSON.stringify([...[tokens, tags], ...[columns, annotated, soft].filter(own => own !== undefined)]),
      )
    hash.update('\n')
  }
  if (classes.length > 0) hash.update(JSON.stringify(classes))
  if (gazetteers.length > 0) hash.update(JSON.stringify(gazetteers))
  if (vectors) {
    hash.update([...vectors.rows.keys()].join('\n'))
    hash.update(vectors.matrix)
    if (vectors.subwords) {
      const { scheme, buckets, matrix } = vectors.subwords
      hash.update(JSON.stringify(scheme)).update(buckets).update(matrix)
    }
  }
  if (pretrained) {
    hash.update(JSON.stringify([pretrained.architecture, pretrained.tokenizer]))
    for (const [name, values] of pretrained.weights) hash.update(name).update(values)
  }
  if (base) {
    hash.update(base.sha256)
    // Vectors that are not trained are in the graph alone.
    hash.update(base.model)
  }
  return hash.digest('hex')
}
