import { InputError } from '../base/errors.js'
import { option, say, setting } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { commonSettings } from '../config/common-settings.js'
import type { AnyConfig, Config, ConfigOf, RecognizerKind } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import type { WordClassList } from '../encode/word-classes.js'
import type { WordVectors } from '../encode/word-vectors.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import type { Seed } from '../features/bootstrap/seeds.js'
import type { PretrainedModel } from '../model/pretrained/pretrained-model.js'
import type { TrainedModel } from '../model/trained-model.js'
import { type DoneEvent, type TrainEvent, warningEvent } from '../run/events.js'
import { MemoryStore, type TrainedFiles } from '../run/memory-store.js'
import type { AnyTraining } from './any-training.js'
import { BootstrapTraining } from './features/bootstrap-training.js'
import { CrfTraining } from './features/crf-training.js'
import { HmmTraining } from './features/hmm-training.js'
import { checkNotes } from './prepare/check-notes.js'
import { type Corpora, type LabeledCorpus, onlyLabeled, type TrainingCorpus } from './prepare/corpora.js'
import { recallTypes } from './prepare/recall.js'
import { Training } from './training.js'

export interface TrainInMemoryOptions {
  /** Its paths of corpora have no effect here. */
  readonly config: AnyConfig
  /** Pretrained word vectors if the configuration names some: all of them are kept in the model. */
  readonly vectors?: WordVectors
  /** The pretrained encoder if the configuration names one. */
  readonly pretrained?: PretrainedModel
  /** The lists of names that `input.gazetteers` of the configuration asks for, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
  /** The lists of word classes that `input.classes` or `features.classes` asks for, in its order. */
  readonly classes?: readonly WordClassList[]
  /** The names that a recognizer of kind `bootstrap` starts from; its setting `bootstrap.seeds` is not read. */
  readonly seeds?: readonly Seed[]
  /** The trained model to start from. Vectors, gazetteers and classes are then its own. */
  readonly base?: TrainedModel
  /** One corpus, or several. */
  readonly train: TrainingCorpus | readonly TrainingCorpus[]
  readonly dev?: LabeledCorpus
  /** Default: `webRuntime()`. One for a GPU is used whatever `training.runtime` says. */
  readonly runtime?: Runtime
  /** Stops the run between two steps. The files then hold the parameters as they are, and no scores. */
  readonly signal?: AbortSignal
}

/**
 * Trains a tagger without touching a disk: in a browser, or on corpora that are in memory. The same numbers as `train`
 * on the same runtime. Each step blocks its thread: in a page, call it from a worker.
 *
 * @returns the finished tagger's files, with the best parameters by the development corpus
 * @throws InputError where the configuration names vectors that are not given, a corpus has no labels, or the loss is no
 *   longer a finite number
 * @example
 * const run = trainInMemory({ config, train: { path: 'notes', scheme: 'BIO', sentences } })
 * let next = await run.next()
 * for (; !next.done; next = await run.next()) console.log(next.value.kind)
 * const files = next.value
 * const tagger = await loadTaggerFrom({ read: async name => files.get(name) })
 */
export async function* trainInMemory(
  options: TrainInMemoryOptions,
): AsyncGenerator<TrainEvent, TrainedFiles> {
  const { config, signal } = options
  checkGiven(options)
  const train = [options.train].flat().map(corpus => onlyLabeled(corpus))
  const dev = options.dev && onlyLabeled(options.dev, { isScored: true })
  const corpora = { train: train.map(({ corpus }) => corpus), dev: dev?.corpus ?? null }
  const training = await prepareInMemory(config, { ...corpora, test: null }, options)
  const store = new MemoryStore({ config: training.config, vocabularies: training.vocabularies })
  const events = training.run(store, {
    warnings: [
      ...train.flatMap(({ notes }) => notes),
      ...(dev?.notes ?? []),
      ...(await checkNotes({ ...corpora, test: null })),
    ].map(warningEvent),
    isStopRequested: () => signal?.aborted === true,
  })
  let done: DoneEvent | undefined
  for await (const event of events) {
    if (event.kind === 'done') done = event
    yield event
    await turnOfOthers()
  }
  if (!done) throw new Error('training ended without a done event')
  return store.files() ?? (await store.finish(await training.result(done)))
}

type Prepare<Kind extends RecognizerKind> = (
  config: ConfigOf<Kind>,
  corpora: Corpora,
  options: TrainInMemoryOptions,
) => Promise<AnyTraining>

/** How the training of each kind of recognizer is prepared: a new kind is one entry. */
const PREPARE: { readonly [Kind in RecognizerKind]: Prepare<Kind> } = {
  neural: async (config, corpora, options) => {
    const { base, vectors, gazetteers, classes, pretrained, runtime = webRuntime() } = options
    checkDevice(config, runtime)
    const recalled = base && (await recallTypes(config, corpora.train, base, runtime))
    return Training.prepare({
      ...{ config, ...corpora, vectors, gazetteers, classes, pretrained, base, recalled, runtime },
    })
  },
  crf: async (config, corpora, { gazetteers = [], classes }) =>
    CrfTraining.prepare(config, corpora, { gazetteers, classes }),
  hmm: async (config, corpora) => HmmTraining.prepare(config, corpora),
  bootstrap: async (config, corpora, { seeds = [] }) => BootstrapTraining.prepare(config, corpora, seeds),
}

function prepareInMemory(
  config: AnyConfig,
  corpora: Corpora,
  options: TrainInMemoryOptions,
): Promise<AnyTraining> {
  const own: (config: never, corpora: Corpora, options: TrainInMemoryOptions) => Promise<AnyTraining> =
    PREPARE[config.recognizer]
  return own(config as never, corpora, options)
}

/** Refuses what the configuration needs and was not given, and what was given and would have no effect. */
function checkGiven(options: TrainInMemoryOptions): void {
  const { config, base, vectors, pretrained, gazetteers = [], classes = [] } = options
  if (base !== undefined) checkBase(base)
  if (base) checkOwn({ vectors, gazetteers, classes })
  else if (config.recognizer === 'neural') {
    checkVectors(config, vectors)
    checkEncoder(config, pretrained)
  }
  if (!base) checkGazetteers(config, gazetteers)
  if (!base) checkClasses(config, classes)
}

/** What plain JavaScript passes as a trained model: a run source or a tagger is none. */
function checkBase(base: unknown): void {
  if (isRecord(base) && isRecord(base.definition) && typeof base.parameter === 'function') return
  throw new InputError('train/from', {
    where: option('base'),
    expected: 'a trained model, as readTrainedModel returns it',
    got: isRecord(base) ? 'another object' : base === null ? 'null' : typeof base,
  })
}

/** A model has its own vectors, gazetteers and classes. */
function checkOwn(given: Pick<TrainInMemoryOptions, 'vectors' | 'gazetteers' | 'classes'>): void {
  const has = {
    vectors: given.vectors !== undefined,
    gazetteers: !!given.gazetteers?.length,
    classes: !!given.classes?.length,
  }
  const name = Object.entries(has).find(([, isGiven]) => isGiven)?.[0]
  if (name === undefined) return
  throw new InputError('train/from', {
    where: option(name),
    expected: say`none with ${option('base')}, which has its own`,
    got: 'some',
  })
}

/** A GPU is given as a runtime here. */
function checkDevice({ training }: Config, { device }: Runtime): void {
  if (training.runtime === 'cpu' || training.runtime === device) return
  throw new InputError('train/runtime', {
    where: setting('training.runtime'),
    expected: say`cpu, or a runtime for it as ${option('runtime')}`,
    got: say`${training.runtime}, and ${option('runtime')} computes on ${device ?? 'cpu'}`,
  })
}

function checkVectors({ input }: Config, vectors: WordVectors | undefined): void {
  const source = input.words.vectors
  if (source !== null && !vectors)
    throw new InputError('train/vectors', {
      where: setting('input.words.vectors'),
      expected: 'null, or the vectors in memory',
      got: `'${source.file}', and no file is read here`,
      remedy: say`give the option ${option('vectors')}`,
    })
}

function checkEncoder({ pretrained: settings }: Config, pretrained: PretrainedModel | undefined): void {
  if ((settings !== null) === (pretrained !== undefined)) return
  throw new InputError('train/pretrained', {
    where: settings ? setting('pretrained') : option('pretrained'),
    expected: settings ? 'null, or the encoder in memory' : say`none without ${setting('pretrained')}`,
    got: settings ? `'${settings.folder}', and no file is read here` : 'an encoder',
    ...(settings && { remedy: say`give the option ${option('pretrained')}, as readEncoder returns it` }),
  })
}

function checkGazetteers(config: AnyConfig, gazetteers: readonly GazetteerList[]): void {
  const { gazetteers: lists, gazetteersAt } = commonSettings(config)
  if (lists.length !== gazetteers.length)
    throw new InputError('train/gazetteers', {
      where: setting(gazetteersAt === '' ? 'recognizer' : gazetteersAt),
      expected: `${lists.length} lists of names in memory, for ${lists.map(({ file }) => file).join(', ') || 'none'}`,
      got: `${gazetteers.length}`,
      remedy: say`give them as the option ${option('gazetteers')}, in the order of the configuration`,
    })
}

function checkClasses(config: AnyConfig, classes: readonly WordClassList[]): void {
  const { classes: lists, classesAt } = commonSettings(config)
  if (lists.length !== classes.length)
    throw new InputError('train/classes', {
      where: setting(classesAt === '' ? 'recognizer' : classesAt),
      expected: `${lists.length} lists of word classes in memory, for ${lists.map(({ file }) => file).join(', ') || 'none'}`,
      got: `${classes.length}`,
      remedy: say`give them as the option ${option('classes')}, in the order of the configuration`,
    })
}

/** Lets timers, messages and an abort through: between steps there are only promises. */
function turnOfOthers(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve)
  })
}
