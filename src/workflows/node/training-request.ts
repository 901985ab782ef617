import { existsSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { option, say, setting } from '../../base/fault.js'
import type { Override } from '../../config/overrides.js'
import { namedModel, resolveAnyConfig } from '../../config/resolve.js'
import { checkNamedFiles } from '../../run/node/named-files.js'
import { runConfigSource } from '../../run/node/run-folder.js'
import { anyConfigFrom } from '../../train/node/config-from.js'
import { LENGTHS, lengthSettings } from '../../train/node/resume.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { CONFIG_FILE, readConfigFile } from './config-file.js'

export interface TrainingRequest {
  /** The run folder to make. */
  readonly out: string
  /** Replace the run folder if it exists. */
  readonly force?: boolean
  /** Configuration file; default: `nerite.config.json` if no preset is given. */
  readonly file?: string
  readonly preset?: string
  readonly overrides?: readonly Override[]
}

/**
 * What a new run trains with.
 * @throws InputError `config/missing`, `config/json`; ConfigError; ModelFileError for a model to start from
 */
export async function newRun(request: TrainingRequest): Promise<TrainOptions> {
  const { out, force, preset, overrides } = request
  const path = configPath(request)
  const config = await anyConfigFrom({ preset, ...(path !== undefined && readConfigFile(path)), overrides })
  return { config, out, force }
}

/** Without a preset there has to be a configuration file, unless a model has the settings. */
function configPath({ file, preset, overrides }: TrainingRequest): string | undefined {
  if (file !== undefined || preset !== undefined) return file
  return namedModel({ overrides }) !== undefined && !existsSync(CONFIG_FILE) ? undefined : CONFIG_FILE
}

/**
 * What an interrupted run resumes with: its own settings, and how long it trains if that is overridden.
 * @throws InputError `train/resume`, ModelFileError for a folder that is no run; ConfigError
 */
export function resumedRun(dir: string, overrides: readonly Override[]): TrainOptions {
  const source = runConfigSource(dir)
  const { recognizer } = resolveAnyConfig(source)
  const other = overrides.find(({ path }) => !LENGTHS[recognizer].includes(path))
  if (other)
    throw new InputError('train/resume', {
      where: setting(other.path),
      expected: say`only ${lengthSettings(recognizer)} to change with ${option('resume')}: a run keeps its settings`,
      got: JSON.stringify(other.text),
    })
  const config = resolveAnyConfig({ ...source, overrides })
  checkNamedFiles(config, source.fileName)
  return { config, out: dir, resume: true }
}
