import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import type { EncoderFiles } from '../../model/pretrained/encoder-files.js'
import type { PretrainedModel } from '../../model/pretrained/pretrained-model.js'
import { type EncoderSource, readEncoder } from '../../model/pretrained/read-encoder.js'
import { readRunFile } from './read-run-file.js'

/**
 * Reads a pretrained encoder from a folder as Hugging Face lays it out. Files may be links, as in its cache.
 *
 * @param source which of the folder's files; default: `model.safetensors` where it is there and of a known family
 * @throws ModelFileError for a folder that is missing or incomplete, an architecture or a tokenizer that is not known, and
 *   for parts that do not belong together
 * @example
 * const encoder = await readEncoderFolder('models/e5-small')
 * console.log(encoder.architecture.layers)
 */
export function readEncoderFolder(folder: string, source?: EncoderSource): Promise<PretrainedModel> {
  return readEncoder(filesOf(folder), source)
}

/** The files of a folder, each read when it is asked for. */
export function filesOf(folder: string): EncoderFiles {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ModelFileError({
      where: folder,
      expected: 'a folder with config.json, model.safetensors or model.onnx, and tokenizer.json',
      got: 'no folder of that name',
    })
  return {
    name: folder,
    has: name => resolved(join(folder, name)) !== undefined,
    read(name, most) {
      const path = resolved(join(folder, name))
      return path === undefined ? undefined : readRunFile(path, most)
    },
  }
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
