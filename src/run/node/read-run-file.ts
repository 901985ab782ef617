import { ModelFileError } from '../../base/model-file-error.js'
import { NotPlainError, plainFileSize, readPlainFile } from '../../base/node/plain-file.js'

/**
 * Reads a file of a run folder, which may come from anyone: only a plain file, and nothing of one that is too long.
 *
 * @param most bytes that it may have
 * @returns `undefined` where there is nothing of that name
 * @throws ModelFileError for a link, a folder, a pipe, a device, and a file that is longer or may not be read
 */
export function readRunFile(path: string, most: number): Uint8Array<ArrayBuffer> | undefined {
  return guarded(path, `a plain file of at most ${most} bytes`, () => readPlainFile(path, most))
}

/** Checks that a file which is to be written to is a plain one, or that there is none. @throws as `readRunFile` */
export function checkRunFile(path: string): void {
  guarded(path, 'a plain file', () => plainFileSize(path))
}

function guarded<Result>(path: string, expected: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error
    throw new ModelFileError({
      where: path,
      expected,
      got: error.got,
      remedy: 'copy the run folder again, or train again',
    })
  }
}
