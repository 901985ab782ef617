import { statSync } from 'node:fs'
import { say, verb } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { runAt } from '../run-source.js'
import { StoredRun } from '../stored-run.js'
import { findModel } from './find-model.js'
import { openRunFolder } from './run-folder.js'

/**
 * Opens the run of a model by its folder, its address, or the name of an installed package, as `findModel` says. Its
 * files are read, and their hashes checked, when they are loaded.
 *
 * @param onNotice receives which was taken, if both a folder and a package have the name
 * @throws ModelFileError, InputError as `findModel` and `openRunFolder`; ModelFileError as `runAt` for an address
 * @example
 * const run = await openModel('en', console.warn)
 */
export async function openModel(model: string, onNotice?: (message: string) => void): Promise<StoredRun> {
  const { kind, path, notice } = findModel(model)
  if (kind === 'folder' && /\.(?:ya?ml|json)$/i.test(path) && statSync(path).isFile())
    throw new ModelFileError({
      where: path,
      expected: 'a run folder',
      got: 'a file, which may be one of rules',
      remedy: say`rules have no run: they are for ${verb('predict')}, ${verb('evaluate')}, ${verb('report')} and the like`,
    })
  if (notice !== undefined) onNotice?.(notice)
  return kind === 'address' ? StoredRun.open(runAt(path)) : openRunFolder(path)
}

/** Opens a model and reads all of its run's files. @throws as `openModel`, and for each file that was changed */
export async function readModel(model: string): Promise<StoredRun> {
  const run = await openModel(model)
  run.refuseCombination()
  await run.load(run.names)
  return run
}
