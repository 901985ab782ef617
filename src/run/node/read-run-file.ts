import { ModelFileError } from '../../base/model-file-error.js'
import { NotPlainError, readPlainFile } from '../../base/node/plain-file.js'

/**
 * Reads a file of a run folder, which may come from anyone: only a plain file, and nothing of one that is too long.
 *
 * @param most bytes that it may have
 * @returns `undefined` where there is nothing of that name
 * @throws ModelFileError for a link, a folder, a pipe, a device, and a file that is longer or may not be read
 */
export function readRunFile(path: string, most: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readPlainFile(path, most)
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error
    throw new ModelFileError({
      where: path,
      expected: `a plain file of at most ${most} bytes`,
      got: error.got,
      remedy: 'copy the run folder again, or train again',
    })
  }
}
