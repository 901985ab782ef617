import { definitionOf, type TrainedModel } from '../model/trained-model.js'
import { loadNetwork } from './load-network.js'
import { CONFIG, VOCABULARIES } from './run-files.js'
import type { StoredRun } from './stored-run.js'

/**
 * Reads a run's model. Its files are read in the order in which they say what to expect of the next: settings,
 * vocabularies, parameters, and the graph that these three make.
 *
 * @throws InputError for a file that training did not write
 */
export async function readTrainedModel(run: StoredRun): Promise<TrainedModel> {
  await run.load([CONFIG, VOCABULARIES])
  const config = run.config()
  const vocabularies = run.vocabularies()
  const definition = definitionOf(config, vocabularies)
  const network = await loadNetwork(run, definition)
  return { name: run.name, sha256: run.parametersHash(), config, vocabularies, definition, ...network }
}
