import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { ParameterStore } from '../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { columnKey } from '../../model/inputs/columns.js'
import { parameterSpecs } from '../../model/tagger-definition.js'
import { buildVocabularies, taggerInputs } from '../../model/vocabularies.js'
import { SentenceTagger } from '../sentence-tagger.js'
import { Tagger } from '../tagger.js'

export const WORDS = ['Ada', 'wrote', 'to', 'Charles', 'Babbage', 'from', 'London', '.']

/** Everything that a tagger with random parameters is made from. */
export function randomParts(file: PartialConfig = {}) {
  const config = resolveConfig({
    file: { input: { words: { dim: 6 } }, encoder: [{ kind: 'bilstm', hidden: 7 }], ...file },
  })
  const corpus = { sentences: [WORDS], types: ['PER', 'LOC'], scheme: 'IOBES' as const }
  const vocabularies = buildVocabularies(corpus, config)
  const inputs = taggerInputs(config, vocabularies)
  const definition = { inputs, tags: vocabularies.tags, config }
  const store = new ParameterStore(parameterSpecs(definition), { random: Random.fromSeed(3) })
  return { definition, vocabularies, value: (name: string) => store.get(name).value }
}

/** A tagger that knows a few words and has random parameters. */
export async function randomTagger(file: PartialConfig = {}): Promise<Tagger> {
  const parts = randomParts(file)
  const { input } = parts.definition.config
  const runtime = nodeRuntime()
  const sentences = await SentenceTagger.create(parts, parts.value, runtime, { threads: 1 })
  const { scheme, types, tags } = parts.vocabularies
  const columns = input.columns.map(({ column }) => columnKey(column))
  return new Tagger(sentences, {
    recognizer: 'neural',
    types,
    scheme,
    tags,
    runtime: runtime.name,
    unit: input.unit.kind,
    columns,
  })
}
