import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import type { PretrainedModel } from '../../model/pretrained/pretrained-model.js'
import { type EncoderFiles, readEncoder } from '../../model/pretrained/read-encoder.js'
import { readRunFile } from './read-run-file.js'

/**
 * Reads a pretrained encoder from a folder as Hugging Face lays it out. Files may be links, as in its cache.
 *
 * @throws ModelFileError for a folder that is missing or incomplete, an architecture or a tokenizer that is not known, and
 *   for parts that do not belong together
 * @example
 * const encoder = await readEncoderFolder('models/e5-small')
 * console.log(encoder.architecture.layers)
 */
export function readEncoderFolder(folder: string): Promise<PretrainedModel> {
  return readEncoder(filesOf(folder))
}

/** The files of a folder, each read when it is asked for. */
export function filesOf(folder: string): EncoderFiles {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ModelFileError({
      where: folder,
      expected: 'a folder with config.json, model.safetensors and tokenizer.json',
      got: 'no folder of that name',
    })
  return {
    name: folder,
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
