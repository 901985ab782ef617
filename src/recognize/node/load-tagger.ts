import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { openModel } from '../../run/node/open-model.js'
import { checkLoadOptions, checkText } from '../arguments.js'
import { createTagger } from '../load-tagger.js'
import type { Tagger } from '../tagger.js'
import type { PooledTagger } from './pool/pooled-tagger.js'

export interface LoadOptions {
  /** Threads of the numeric kernels; default: ONNX Runtime's choice, and 1 for each of several workers. */
  readonly threads?: number
  /**
   * Worker threads that tag, each with its own copy of the model: the thread that calls stays free, and calls that wait
   * are done together. Default: none, and the calling thread does the work.
   */
  readonly workers?: number
  /**
   * Called once per process if onnxruntime-node is missing; if a folder and a package have the same name; if an older
   * version of this program built the model in another way; and if this version of Node.js cuts a script without spaces
   * into other words than the one that trained. Default: a Node.js warning on stderr.
   */
  readonly onNotice?: (message: string) => void
}

/**
 * Loads a trained tagger: by the path of its run folder, its address (`https://…`), or the name of an installed npm package
 * (`en` is `@nerite/en`). Reads only the files that tagging needs, and checks each against the hash that it was written
 * with. If there are both a run folder and a package of the name, the folder is taken, and a notice says so.
 *
 * @throws ModelFileError for a model that is missing, unfinished, damaged or from a newer version; InputError
 *   `package/part` for a package that holds no model
 * @example
 * await using tagger = await loadTagger('runs/a')
 */
export async function loadTagger(
  model: string,
  options: LoadOptions & { readonly workers: number },
): Promise<PooledTagger>
export async function loadTagger(
  model: string,
  options?: LoadOptions & { readonly workers?: undefined },
): Promise<Tagger>
export async function loadTagger(model: string, options: LoadOptions = {}): Promise<Tagger | PooledTagger> {
  checkText(model, 'model')
  checkLoadOptions(options, ['threads', 'workers', 'onNotice'])
  const { threads, workers, onNotice = warn } = options
  if (workers !== undefined) {
    const { startPool } = await import('./pool/pooled-tagger.js')
    return startPool({ model, threads: threads ?? 1 }, workers, onNotice)
  }
  const run = await openModel(model, onNotice)
  return createTagger(run, { runtime: () => chooseRuntime(options.onNotice), threads, onNotice })
}

/** The default of `onNotice`. */
export function warn(message: string): void {
  process.emitWarning(message, { type: 'NeriteWarning', code: 'NERITE_TAGGER' })
}
