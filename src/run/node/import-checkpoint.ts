import { parseConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import { type StoredTensor, toSafetensors } from '../../engine/optim/safetensors.js'
import { readTokenClassifier } from '../../model/pretrained/token-classifier.js'
import { PARAMETER, parameterSpecs } from '../../model/tagger-definition.js'
import { definitionOf } from '../../model/trained-model.js'
import { buildVocabularies } from '../../model/vocabularies.js'
import { CONFIG, PARAMETERS, startFiles, VOCABULARIES } from '../run-files.js'
import { filesOf } from './read-encoder-folder.js'
import { checkFree, writeModelFolder } from './write-folder.js'

export interface ImportSummary {
  readonly scheme: Config['tags']['scheme']
  readonly types: readonly string[]
  /** Labels of the checkpoint that are no tags. */
  readonly leftOut: readonly string[]
  /** Of all files that were written. */
  readonly bytes: number
}

/**
 * Makes a run of a token-classification checkpoint that somebody else trained: a folder that tags, evaluates and reports.
 *
 * @param folder as Hugging Face lays it out
 * @param out nothing may be there
 * @param options.scheme of the checkpoint's labels; default: what they show
 * @throws ModelFileError for a folder that is incomplete or not known, and where something is at `out`; ConfigError for a
 *   scheme that no tagger has
 * @example
 * await importCheckpoint('downloads/bert-base-NER', 'models/bert')
 */
export async function importCheckpoint(
  folder: string,
  out: string,
  { scheme: wanted }: { readonly scheme?: Config['tags']['scheme'] } = {},
): Promise<ImportSummary> {
  checkFree(out)
  const { encoder, scheme, types, weight, bias, leftOut } = await readTokenClassifier(filesOf(folder), wanted)
  const config = parseConfig({
    file: {
      ...{
        pretrained: { folder },
        tags: { scheme: scheme },
        text: { segmentation: 'characters' },
      },
      ...{ input: { dropout: 0 }, encoder: [], decoder: 'softmax' },
    },
  })
  const vocabularies = buildVocabularies({ sentences: [], types, scheme, pretrained: encoder }, config)
  const values = new Map([...encoder.weights, [PARAMETER.outputWeight, weight], [PARAMETER.outputBias, bias]])
  const tensors = new Map(
    parameterSpecs(definitionOf(config, vocabularies)).map(({ name, shape }): [string, StoredTensor] => {
      const data = values.get(name)
      if (!data) throw new Error(`the checkpoint gives no ${name}`)
      return [name, { dtype: 'F32', shape, data }]
    }),
  )
  const start = startFiles({ config, vocabularies })
  const text = (name: string) => new TextEncoder().encode(String(start[name]))
  const files = {
    ...{ [CONFIG]: text(CONFIG), [VOCABULARIES]: text(VOCABULARIES) },
    [PARAMETERS]: toSafetensors(tensors),
  }
  return { scheme: config.tags.scheme, types, leftOut, bytes: writeModelFolder(out, files) }
}
