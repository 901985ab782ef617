import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { openRunFolder } from '../../run/node/run-folder.js'
import { checkLoadOptions, checkText } from '../arguments.js'
import { createTagger } from '../load-tagger.js'
import type { Tagger } from '../tagger.js'

export interface LoadOptions {
  /** Threads of the numeric kernels; default: ONNX Runtime's choice. */
  readonly threads?: number
  /**
   * Called once per process if onnxruntime-node is missing, and if this version of Node.js cuts a script without spaces
   * into other words than the one that trained. Default: a Node.js warning on stderr.
   */
  readonly onNotice?: (message: string) => void
}

/**
 * Loads a trained tagger from its run folder. Reads only the files that tagging
 * needs, and checks each against the hash that it was written with.
 *
 * @throws ModelFileError for a folder that is missing, unfinished, damaged or from a newer version
 * @example
 * await using tagger = await loadTagger('runs/a')
 */
export async function loadTagger(dir: string, options: LoadOptions = {}): Promise<Tagger> {
  checkText(dir, 'dir')
  checkLoadOptions(options, ['threads', 'onNotice'])
  const { threads, onNotice = warn } = options
  return createTagger(await openRunFolder(dir), await chooseRuntime(options.onNotice), { threads, onNotice })
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'NeriteWarning', code: 'NERITE_TAGGER' })
}
