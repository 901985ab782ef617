import {
  type ConfigSources,
  namedModel,
  parseConfig,
  resolveAnyConfig,
  type UncheckedSources,
} from '../../config/resolve.js'
import type { AnyConfig, Config } from '../../config/schema.js'
import { openModel } from '../../run/node/open-model.js'
import { CONFIG } from '../../run/run-files.js'

/**
 * As `resolveAnyConfig`; where the sources say to start from a trained model (`from`), its network is taken over, and only
 * its settings are read.
 *
 * @throws ConfigError as `resolveConfig`, and for each setting that makes another network than the model's; ModelFileError
 *   for a model that is missing, unfinished or damaged
 * @example
 * const config = await configFrom({ file: { from: 'runs/news', corpus: { train: 'more.conll', dev: 'dev.conll' } } })
 * for await (const event of train({ config, out: 'runs/more' })) console.log(event.kind)
 */
export async function anyConfigFrom(sources: UncheckedSources): Promise<AnyConfig> {
  const name = namedModel(sources)
  return name === undefined ? resolveAnyConfig(sources) : parseConfig(await withModel(sources, name))
}

/** As `anyConfigFrom`, for a neural tagger. @throws as it; ConfigError for another kind of recognizer */
export async function configFrom(sources: ConfigSources): Promise<Config> {
  const name = namedModel(sources)
  return parseConfig(name === undefined ? sources : await withModel(sources, name))
}

async function withModel(sources: UncheckedSources, name: string): Promise<UncheckedSources> {
  const run = await openModel(name)
  await run.load([CONFIG])
  return { ...sources, model: run.neuralConfig() }
}
