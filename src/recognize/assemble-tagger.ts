import type { Runtime } from '../engine/runtime/runtime.js'
import { columnKey } from '../model/inputs/columns.js'
import { taggerInputs } from '../model/vocabularies.js'
import type { RunFiles } from '../run/run-files.js'
import { SentenceTagger } from './sentence-tagger.js'
import { Tagger } from './tagger.js'

/**
 * Makes a tagger from a run's files, wherever they come from.
 * @throws InputError for a file that training did not write
 */
export async function assembleTagger(
  files: RunFiles,
  runtime: Runtime,
  options: { readonly threads?: number },
): Promise<Tagger> {
  const config = files.config()
  const vocabularies = files.vocabularies()
  const { tags, types } = vocabularies
  const definition = { inputs: taggerInputs(config.input, vocabularies), tags, config }
  const sentences = await SentenceTagger.create({ definition, vocabularies }, files.parameters(), runtime, {
    ...options,
    model: files.model(),
  })
  return new Tagger(sentences, {
    types,
    tags,
    runtime: runtime.name,
    unit: config.input.unit,
    columns: config.input.columns.map(({ column }) => columnKey(column)),
  })
}
