import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isRulesFile } from '../../rules/node/read-rules.js'
import { findModel, holdsRun, type ModelPlace } from '../../run/node/find-model.js'
import { openModel } from '../../run/node/open-model.js'
import { COMBINATION } from '../../run/run-files.js'
import type { StoredRun } from '../../run/stored-run.js'
import { isBuiltInModel } from '../built-in-recognizer.js'
import { modelNames } from '../combine-all.js'
import { namedSpanModel } from './load-span-recognizer.js'

/**
 * Where the run of a model is; nothing for a model that was not trained: rules, built-in models, combinations, and several
 * models joined by `+`.
 * @throws as `findModel`
 */
export function runPlace(model: string): ModelPlace | undefined {
  const isOne = existsSync(model) || modelNames(model).length === 1
  if (!isOne || isRulesFile(model) || namedSpanModel(model) || (isBuiltInModel(model) && !holdsRun(model)))
    return undefined
  const place = findModel(model)
  return place.kind !== 'address' && existsSync(join(place.path, COMBINATION)) ? undefined : place
}

/** The run of a model with all of its files; nothing where `runPlace` has none. @throws as `openModel`, and for a damaged file */
export async function readRun(model: string): Promise<StoredRun | undefined> {
  if (!runPlace(model)) return undefined
  const run = await openModel(model)
  if (run.has(COMBINATION)) return undefined
  await run.load(run.names)
  return run
}
