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
 * Loads a trained tagger from bytes, as `loadTagger` does from a folder; runs in a browser. Reads only the files that
 * tagging needs, and checks each against the hash it was written with.
 *
 * @throws ModelFileError for a file that is truncated, altered or from a newer version; whatever `read` throws
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTaggerFrom(source: RunSource, options: LoadFromOptions = {}): Promise<Tagger> {
  const { runtime = webRuntime(), threads } = options
  return assembleTagger(await readRunFrom(source, TAGGER_FILES), runtime, { threads })
}
