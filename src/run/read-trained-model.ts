import { definitionOf, type TrainedModel } from '../model/trained-model.js'
import { loadNetwork, type StoredNetwork } from './load-network.js'
import { CONFIG, VOCABULARIES } from './run-files.js'
import type { RunSource } from './run-source.js'
import { StoredRun } from './stored-run.js'

/**
 * Reads a trained model, for another training to start from.
 *
 * @throws ModelFileError for a file that is truncated, altered or from a newer version; InputError `predict/argument` for
 *   something that is no source; whatever `read` throws
 * @example
 * const base = await readTrainedModel(runAt('/models/news/'))
 * const config = resolveConfig({ model: base.config })
 */
export async function readTrainedModel(source: RunSource): Promise<TrainedModel> {
  return trainedModelOf(await StoredRun.open(source))
}

/**
 * Reads a run's model. Its files are read in the order in which they say what to expect of the next: settings,
 * vocabularies, parameters, and the graph that these three make.
 *
 * @throws InputError for a file that training did not write
 */
export async function trainedModelOf(run: StoredRun): Promise<TrainedModel & Pick<StoredNetwork, 'notice'>> {
  await run.load([CONFIG, VOCABULARIES])
  const config = run.neuralConfig()
  const vocabularies = run.vocabularies()
  const definition = definitionOf(config, vocabularies)
  const network = await loadNetwork(run, definition)
  return { name: run.name, sha256: run.parametersHash(), config, vocabularies, definition, ...network }
}
