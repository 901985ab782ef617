import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { TAGGER_FILES } from '../run/run-files.js'
import { type RunSource, readRunFrom } from '../run/run-source.js'
import { assembleTagger } from './assemble-tagger.js'
import type { Tagger } from './tagger.js'

export interface LoadFromOptions {
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  readonly threads?: number
}

/**
 * Loads a trained tagger from bytes: what `loadTagger` does with a folder, in a browser. Only the files that tagging
 * needs are read, and each is checked against the hash it was written with.
 *
 * @throws ModelFileError for a file that is cut short, altered or from a newer version; whatever `read` throws
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTaggerFrom(source: RunSource, options: LoadFromOptions = {}): Promise<Tagger> {
  const { runtime = webRuntime(), threads } = options
  return assembleTagger(await readRunFrom(source, TAGGER_FILES), runtime, { threads })
}
