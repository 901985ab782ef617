import { parseConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import { type StoredTensor, toSafetensors } from '../../engine/optim/safetensors.js'
import { readTokenClassifier } from '../../model/pretrained/token-classifier.js'
import { PARAMETER, parameterSpecs } from '../../model/tagger-definition.js'
import { definitionOf } from '../../model/trained-model.js'
import { buildVocabularies } from '../../model/vocabularies.js'
import { PARAMETERS, startFiles } from '../run-files.js'
import { filesOf } from './read-encoder-folder.js'
import { checkFree, writeModelFolder } from './write-folder.js'

export interface ImportSummary {
  readonly scheme: Config['tags']['scheme']
  readonly types: readonly string[]
  /** Labels of the checkpoint that are no tags. */
  readonly leftOut: readonly string[]
  /** The file of the checkpoint that has its numbers. */
  readonly file: string
  /** Whether the run has the graph of that file, rather than one that is built from layers. */
  readonly isGraph: boolean
  /** Of all files that were written. */
  readonly bytes: number
}

/**
 * Makes a run of a token-classification checkpoint that somebody else trained: a folder that tags, evaluates and reports.
 *
 * @param folder as Hugging Face lays it out
 * @param out nothing may be there
 * @param options.scheme of the checkpoint's labels; default: what they show
 * @param options.file an ONNX file of the folder; default: `model.safetensors` where it is there and of a known family, else the
 *   most exact ONNX file
 * @throws ModelFileError for a folder that is incomplete or not known, and where something is at `out`; ConfigError for a
 *   scheme that no tagger has
 * @example
 * await importCheckpoint('downloads/bert-base-NER', 'models/bert')
 */
export async function importCheckpoint(
  folder: string,
  out: string,
  choice: { readonly scheme?: Config['tags']['scheme']; readonly file?: string } = {},
): Promise<ImportSummary> {
  checkFree(out)
  const { encoder, scheme, types, weight, bias, leftOut } = await readTokenClassifier(filesOf(folder), choice)
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
  for (const [name, { type, shape, data }] of encoder.rounded ?? [])
    tensors.set(name, { dtype: type === 'int8' ? 'I8' : 'U8', shape, data })
  const start = Object.entries(startFiles({ config, vocabularies }))
  const bytes = (content: string | Uint8Array) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content
  const files = {
    ...Object.fromEntries(start.map(([name, content]) => [name, bytes(content)])),
    [PARAMETERS]: toSafetensors(tensors),
  }
  const { file, architecture } = encoder
  return {
    ...{ scheme: config.tags.scheme, types, leftOut, file },
    ...{ isGraph: architecture.family === 'onnx', bytes: writeModelFolder(out, files) },
  }
}
