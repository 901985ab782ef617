import { existsSync } from 'node:fs'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { isRulesFile, readRules } from '../../rules/node/read-rules.js'
import { hasModel, holdsRun } from '../../run/node/find-model.js'
import { openModel } from '../../run/node/open-model.js'
import { checkLoadOptions, checkText } from '../arguments.js'
import { builtInRecognizer, isBuiltInModel } from '../built-in-recognizer.js'
import { combineAll, modelNames } from '../combine-all.js'
import { createRecognizer } from '../load-combination.js'
import type { Recognizer } from '../recognizer.js'
import { createRules, type RulesRecognizer } from '../rules-recognizer.js'
import { loadSpanRecognizer, namedSpanModel } from './load-span-recognizer.js'
import type { QueueLimits } from './pool/thread-pool.js'

export interface LoadOptions {
  /** Threads of the numeric kernels; default: ONNX Runtime's choice, and 1 for each of several workers. */
  readonly threads?: number
  /**
   * Worker threads that tag, each with its own copy of the model: the thread that calls stays free, and calls that wait
   * are done together. Default: none, and the calling thread does the work.
   */
  readonly workers?: number
  /**
   * What may wait for the workers at most: a call that would make it more is refused with `QueueFull`, at once. Default: no
   * limit.
   */
  readonly queue?: QueueLimits
  /** The country whose phone numbers built-in rules know without a country code, ISO 3166-1; default: `US`. */
  readonly country?: string
  /**
   * Called once per process if onnxruntime-node is missing; if a folder and a package have the same name; if an older
   * version of this program built the model in another way; if this version of Node.js cuts a script without spaces
   * into other words than the one that trained; and if `pii` finds no names. Default: a Node.js warning on stderr.
   */
  readonly onNotice?: (message: string) => void
  /** Stops the loading: the call then throws the signal's reason. It does not matter once the tagger is there. */
  readonly signal?: AbortSignal
}

/** Finds names of persons, places and more, if it is installed. */
const ENGLISH = '@nerite/en'

/**
 * Loads anything that finds entities, by its name:
 * - a trained tagger or a combination, by the path of its folder, its address (`https://…`), or the name of an installed npm
 *   package (`en` is `@nerite/en`). Reads only the files that tagging needs, and checks each against the hash that it was
 *   written with. If there are both a folder and a package of the name, the folder is taken, and a notice says so;
 * - a rules file (`rules.yaml`, `rules.yml`, `rules.json`);
 * - a built-in model (`pii`, `numbers`). `pii` has the names that `@nerite/en` finds too, if that is installed;
 * - a span model, by the path of its folder and the types that it is to find: `models/gliner?types=person,city`;
 * - several of these joined by `+`, such as `en+numbers`: of entities that overlap, that of the earlier name counts.
 *
 * @throws ModelFileError for a model that is missing, unfinished, damaged or from a newer version; InputError
 *   `package/part` for a package that holds no model; `rules/yaml`, `rules/form`, `rules/pattern`, `rules/name`, `rules/size` with
 *   the lines of a rules file that are wrong; `rules/country`
 * @example
 * await using tagger = await loadTagger('runs/a')
 * await using both = await loadTagger('en+rules.yaml')
 */
export async function loadTagger(model: string, options: LoadOptions = {}): Promise<Recognizer> {
  checkText(model, 'model')
  checkLoadOptions(options, ['threads', 'workers', 'queue', 'country', 'onNotice', 'signal'])
  const { threads, workers, queue, country, onNotice = warn, signal } = options
  signal?.throwIfAborted()
  if (workers === undefined)
    return combineAll(namesOf(model, onNotice), name => loadOne(name, options), signal)
  const { startPool } = await import('./pool/pooled-tagger.js')
  const start = () =>
    startPool({ model, threads: threads ?? 1, country }, workers, onNotice, { limits: queue })
  return combineAll([model], start, signal)
}

/** The models that a name stands for; personal data are built-in rules and names. */
export function namesOf(model: string, onNotice: (message: string) => void): readonly string[] {
  const names = existsSync(model) ? [model] : modelNames(model)
  return names.flatMap(name => {
    if (name !== 'pii' || holdsRun(name)) return [name]
    if (hasModel(ENGLISH)) return names.some(isEnglish) ? [name] : [name, ENGLISH]
    onNotice(`pii finds no names of persons or places here: that takes ${ENGLISH} (npm install ${ENGLISH})`)
    return [name]
  })
}

const isEnglish = (name: string) => name === ENGLISH || name === 'en'

async function loadOne(
  name: string,
  { country, threads, onNotice: given }: LoadOptions,
): Promise<Recognizer> {
  const onNotice = given ?? warn
  if (isRulesFile(name)) return loadRules(name)
  const spans = namedSpanModel(name)
  if (spans) {
    const runtime = await chooseRuntime(given)
    return loadSpanRecognizer(spans.folder, { ...spans.options, runtime, ...(threads && { threads }) })
  }
  if (isBuiltInModel(name) && !holdsRun(name))
    return builtInRecognizer(name, { ...(country !== undefined && { country }) })
  if (isBuiltInModel(name)) onNotice(`${name} is the run in the folder ${name}, not the built-in model`)
  const run = await openModel(name, onNotice)
  return createRecognizer(run, {
    runtime: () => chooseRuntime(given),
    threads,
    country,
    onNotice,
  })
}

/** A rules file as a recognizer. @throws as `loadTagger` */
export async function loadRules(file: string): Promise<RulesRecognizer> {
  return createRules(await readRules(file))
}

/** The default of `onNotice`. */
function warn(message: string): void {
  process.emitWarning(message, { type: 'NeriteWarning', code: 'NERITE_TAGGER' })
}
