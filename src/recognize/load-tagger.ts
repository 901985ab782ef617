import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { columnKey } from '../model/inputs/columns.js'
import { taggerInputs } from '../model/vocabularies.js'
import { type RunFiles, TAGGER_FILES } from '../run/run-files.js'
import { type RunSource, readRunFrom } from '../run/run-source.js'
import { checkLoadOptions, checkSource } from './arguments.js'
import { SentenceTagger } from './sentence-tagger.js'
import { Tagger } from './tagger.js'

export interface LoadFromOptions {
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  /** Threads of the numeric kernels; default: the runtime's choice. */
  readonly threads?: number
}

/**
 * Loads a trained tagger from bytes, as `loadTagger` does from a folder; runs in a browser. Reads only the files that
 * tagging needs, and checks each against the hash it was written with.
 *
 * @throws ModelFileError for a file that is truncated, altered or from a newer version; whatever `read` throws
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTaggerFrom(source: RunSource, options: LoadFromOptions = {}): Promise<Tagger> {
  checkSource(source)
  checkLoadOptions(options, ['runtime', 'threads'])
  const { runtime = webRuntime(), threads } = options
  return createTagger(await readRunFrom(source, TAGGER_FILES), runtime, threads)
}

/**
 * Makes a tagger from a run's files, wherever they come from.
 * @throws InputError for a file that training did not write
 */
export async function createTagger(files: RunFiles, runtime: Runtime, threads?: number): Promise<Tagger> {
  const config = files.config()
  const vocabularies = files.vocabularies()
  const { tags, types } = vocabularies
  const definition = { inputs: taggerInputs(config.input, vocabularies), tags, config }
  const options = { threads, model: files.model() }
  const parts = { definition, vocabularies }
  const sentences = await SentenceTagger.create(parts, files.parameters(), runtime, options)
  return new Tagger(sentences, {
    types,
    tags,
    runtime: runtime.name,
    unit: config.input.unit.kind,
    columns: config.input.columns.map(({ column }) => columnKey(column)),
  })
}
