import { InputError } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import { listNames } from '../encode/list-names.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { withNames } from '../rules/file/with-names.js'
import { fetchFile, type RunSource, runAt } from '../run/run-source.js'
import { StoredRun } from '../run/stored-run.js'
import { checkBytes, checkLoadOptions, checkText } from './arguments.js'
import { builtInRecognizer, isBuiltInModel } from './built-in-recognizer.js'
import { combineAll, modelNames } from './combine-all.js'
import { createRecognizer } from './load-combination.js'
import type { CreateOptions, LoadFromOptions } from './load-tagger.js'
import type { Recognizer } from './recognizer.js'
import { createRules } from './rules-recognizer.js'

const OPTIONS = ['runtime', 'threads', 'country', 'onNotice', 'signal']
/** Bytes of a rules file, and of a list of names. */
const MOST_BYTES = { rules: 2 ** 23, list: 2 ** 26 }

/**
 * Loads a trained tagger or a combination from bytes, as `loadTagger` does from a folder; runs in a browser. Reads only the
 * files that tagging needs, and checks each against the hash it was written with.
 *
 * @throws ModelFileError for a file that is truncated, altered or from a newer version; whatever `read` throws
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTaggerFrom(source: RunSource, options: LoadFromOptions = {}): Promise<Recognizer> {
  checkLoadOptions(options, OPTIONS)
  const load = async () => createRecognizer(await StoredRun.open(source), createOptions(options))
  return combineAll(['model'], load, options.signal)
}

/**
 * Loads anything that finds entities, in a page: a trained tagger or a combination from the address of its folder or from its
 * files by name, a rules file (`.yaml`, `.yml`, `.json`) from its address, a built-in model (`pii`, `numbers`), and several of
 * them joined by `+`. Each file is fetched once, and those of a folder are checked against the hashes that they were written with.
 *
 * @param model a relative address is taken from the page's; one that begins with `http` may have a `+` in it. A `Map` is what
 *   `trainInMemory` returns, or what was unpacked
 * @throws ModelFileError as `loadTaggerFrom`, and as `runAt` for a file that the server does not have; InputError `rules/…` with
 *   the lines of a rules file that are wrong
 * @example
 * const tagger = await loadTagger('/models/news/')
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTagger(
  model: string | ReadonlyMap<string, Uint8Array>,
  options: LoadFromOptions = {},
): Promise<Recognizer> {
  checkLoadOptions(options, OPTIONS)
  if (model instanceof Map) return loadFiles(model as ReadonlyMap<string, unknown>, options)
  checkText(model, 'model')
  return combineAll(modelNames(model as string), name => loadNamed(name, options), options.signal)
}

async function loadNamed(name: string, options: LoadFromOptions): Promise<Recognizer> {
  if (/\.(?:ya?ml|json)(?:[?#]|$)/i.test(name)) return createRules(await fetchRules(name, options.signal))
  const { country } = options
  return isBuiltInModel(name)
    ? builtInRecognizer(name, { ...(country !== undefined && { country }) })
    : loadTaggerFrom(runAt(name, { signal: options.signal }), options)
}

async function loadFiles(files: ReadonlyMap<string, unknown>, options: LoadFromOptions): Promise<Recognizer> {
  for (const [name, bytes] of files) checkBytes(bytes, `model.get(${JSON.stringify(name)})`)
  return loadTaggerFrom({ read: async name => files.get(name) as Uint8Array | undefined }, options)
}

function createOptions({
  runtime,
  onNotice = console.warn,
  signal: _,
  ...others
}: LoadFromOptions): CreateOptions {
  return { ...others, runtime: () => runtime ?? webRuntime(), onNotice }
}

/** The rules at an address, with the names of their lists, whose addresses are relative to it. */
async function fetchRules(address: string, signal?: AbortSignal) {
  const { parseRules } = await import('../rules/file/parse-rules.js')
  const text = decoded(await fetchFile(address, MOST_BYTES.rules, 'a rules file', signal), address)
  return withNames(parseRules(text, address), async file => {
    const list = besides(address, file)
    return listNames(
      decoded(await fetchFile(list, MOST_BYTES.list, 'a list of names, one per line', signal), list),
    )
  })
}

/** @throws ModelFileError for a list on another server: a rules file may come from anyone */
function besides(address: string, file: string): string {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(file))
    throw new ModelFileError({
      where: address,
      expected: 'lists of names beside the rules file',
      got: 'the address of another place',
    })
  return file.startsWith('/') ? file : `${address.replace(/[^/]*$/, '')}${file}`
}

function decoded(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputError('rules/file', { where, expected: 'text in UTF-8', got: 'other bytes' })
  }
}
