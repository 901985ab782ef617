import type { AnyConfig, RecognizerKind } from '../config/schema.js'
import type { TagLists } from '../encode/tag-lists.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { checkColumnValues, columnKey } from '../model/inputs/columns.js'
import { tokenizerOf } from '../model/vocabularies.js'
import { featureModelOf } from '../run/load-feature-model.js'
import { trainedModelOf } from '../run/read-trained-model.js'
import { CONFIG, MODEL } from '../run/run-files.js'
import type { StoredRun } from '../run/stored-run.js'
import type { TypeMap } from '../tags/type-map.js'
import { differingCuts, type SegmenterProbe, segmenterProbe } from '../text/segmenter-probe.js'
import { FeatureTagger } from './feature-tagger.js'
import { guardedRuntime } from './guarded-runtime.js'
import { SentenceTagger } from './sentence-tagger.js'
import { Tagger } from './tagger.js'

export interface LoadFromOptions {
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  /** Threads of the numeric kernels; default: the runtime's choice. */
  readonly threads?: number
  /** The country whose phone numbers built-in rules know without a country code, ISO 3166-1; default: `US`. */
  readonly country?: string
  /** Called with what may make the tagger other than it was. Default: a warning on the console. */
  readonly onNotice?: (message: string) => void
  /** Stops the loading: the call then throws the signal's reason. It does not matter once the tagger is there. */
  readonly signal?: AbortSignal
}

/** How a recognizer is made of its files. */
export interface CreateOptions
  extends Pick<LoadFromOptions, 'threads' | 'country'>,
    Required<Pick<LoadFromOptions, 'onNotice'>> {
  readonly runtime: () => Runtime | Promise<Runtime>
}

/** How each kind of recognizer is made from its run: a new kind is one entry. */
const CREATE: {
  readonly [Kind in RecognizerKind]: (run: StoredRun, options: CreateOptions) => Promise<Tagger>
} = {
  neural: createNeural,
  crf: createFeatures,
  hmm: createFeatures,
  bootstrap: createFeatures,
}

/**
 * Makes a tagger from a stored run, wherever it comes from. Its files are read in the order in which they say what to
 * expect of the next, settings first.
 *
 * @param options.runtime asked only where there is a network
 * @throws InputError for a file that training did not write
 */
export async function createTagger(run: StoredRun, options: CreateOptions): Promise<Tagger> {
  await run.load([CONFIG])
  return CREATE[run.config().recognizer](run, options)
}

async function createNeural(
  run: StoredRun,
  { runtime: chooseRuntime, threads, onNotice }: CreateOptions,
): Promise<Tagger> {
  const { config, vocabularies, definition, parameter, model, notice } = await trainedModelOf(run)
  if (notice !== undefined) onNotice(notice)
  const parts = { definition, vocabularies }
  const runtime = await chooseRuntime()
  const guarded = guardedRuntime(runtime, run.where(MODEL))
  const sentences = await SentenceTagger.create(parts, parameter, guarded, { threads, model })
  const { columns } = config.input
  const info = {
    ...infoOf(config, vocabularies),
    runtime: runtime.name,
    unit: config.input.unit.kind,
    ...(config.pretrained?.context && { context: config.pretrained.context }),
    columns: columns.map(({ column }) => columnKey(column)),
  }
  if (vocabularies.segmenter) noticeOtherCuts(vocabularies.segmenter, onNotice)
  const values = vocabularies.inputs.columns ?? {}
  return new Tagger(sentences, info, tokenizerOf(vocabularies), some =>
    checkColumnValues(columns, values, some),
  )
}

async function createFeatures(run: StoredRun, { onNotice }: CreateOptions): Promise<Tagger> {
  const { config, model } = await featureModelOf(run)
  const { lists, columns } = model
  if (lists.segmenter) noticeOtherCuts(lists.segmenter, onNotice)
  const info = { ...infoOf(config, lists), runtime: 'none', unit: 'word', columns } as const
  return new Tagger(new FeatureTagger(model), info, tokenizerOf(lists), model.checkColumns)
}

function infoOf({ recognizer, tags: { coarse } }: AnyConfig, { scheme, types, tags }: TagLists) {
  return { recognizer, types, scheme, tags, ...(coarse && { coarse: coarseView(coarse, types) }) }
}

/** Every type in the coarse view: those that the settings do not name stay as they are. */
function coarseView(coarse: Readonly<Record<string, string>>, types: readonly string[]): TypeMap {
  return new Map(types.map(type => [type, Object.hasOwn(coarse, type) ? coarse[type] : type]))
}

/** Says so if this engine's dictionary has other words than the one that trained had. */
function noticeOtherCuts(segmenter: SegmenterProbe, onNotice: (message: string) => void): void {
  const names = differingCuts(segmenter)
  if (names.length === 0) return
  const versions = [segmenter.icu, segmenterProbe().icu].map(icu =>
    icu === null ? 'another version' : `ICU ${icu}`,
  )
  onNotice(
    `this JavaScript engine (${versions[1]}) cuts ${names.join(', ')} text into other words than the one that trained the tagger (${versions[0]}): entities may be missed where they differ`,
  )
}
