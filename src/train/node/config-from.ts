import { type ConfigSources, namedModel, resolveConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import { openModel } from '../../run/node/open-model.js'
import { CONFIG } from '../../run/run-files.js'

/**
 * As `resolveConfig`; where the sources say to start from a trained model (`from`), its network is taken over, and only
 * its settings are read.
 *
 * @throws ConfigError as `resolveConfig`, and for each setting that makes another network than the model's; ModelFileError
 *   for a model that is missing, unfinished or damaged
 * @example
 * const config = await configFrom({ file: { from: 'runs/news', corpus: { train: 'more.conll', dev: 'dev.conll' } } })
 * for await (const event of train({ config, out: 'runs/more' })) console.log(event.kind)
 */
export async function configFrom(sources: ConfigSources): Promise<Config> {
  const name = namedModel(sources)
  if (name === undefined) return resolveConfig(sources)
  const run = await openModel(name)
  await run.load([CONFIG])
  return resolveConfig({ ...sources, model: run.config() })
}
