import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import type { Sentence } from '../../corpus/sentence.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../../model/inputs/testing/sample.js'
import type { TrainedModel } from '../../model/trained-model.js'
import { readTrainedModel } from '../../run/read-trained-model.js'
import { type TrainInMemoryOptions, trainInMemory } from '../train-in-memory.js'

/** Sentences of other words, values, characters and types than those of the sample; each is there twice. */
export const FURTHER: readonly Sentence[] = [
  ['Grace/B-PER/N Hopper/I-PER/N wrote/O/V COBOL/B-PRODUCT/Z ½/O/Z', 'Zürich/B-LOC/N ist/O/Q ß/O/Q'],
  ['LONDON/B-LOC/N met/O/V Ada/B-PER/N 1844/O/D', 'unheard-of/B-PRODUCT/N things/O/N'],
]
  .flat()
  .flatMap(line => [line, line])
  .map((line, i) => {
    const fields = line.split(' ').map(token => token.split('/'))
    return {
      tokens: fields.map(([token]) => token),
      tags: fields.map(([, tag]) => tag),
      columns: { pos: fields.map(([, , pos]) => pos) },
      lines: fields.map(() => i + 1),
    }
  })

/** Small, with nothing random in a step. */
export function smallConfig(file: PartialConfig = {}, model?: TrainedModel) {
  return resolveConfig({
    model: model?.config,
    file: {
      ...file,
      ...(!model && {
        tags: { scheme: 'BIO', ...file.tags },
        input: { ...file.input, words: { dim: 4, ...file.input?.words } },
        encoder: file.encoder ?? [{ kind: 'bilstm', hidden: 3 }],
      }),
      training: { threads: 1, epochs: 1, batchSize: 2, learningRate: 0.05, ...file.training },
    },
  })
}

/** A model of the sample, after a few updates. */
export async function baseModel(
  file: PartialConfig,
  more: Pick<TrainInMemoryOptions, 'vectors' | 'gazetteers' | 'classes'> = {},
): Promise<TrainedModel> {
  const config = smallConfig(file)
  const train = { path: 'sample', scheme: 'BIO', sentences: SENTENCES } as const
  const run = trainInMemory({ config, train, runtime: nodeRuntime(), ...more })
  let next = await run.next()
  while (!next.done) next = await run.next()
  const files = next.value
  return readTrainedModel({ name: 'base', read: async name => files.get(name) })
}
