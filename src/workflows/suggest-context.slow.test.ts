import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../config/resolve.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
import { analyzeTexts } from '../recognize/analyzed-text.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import { readEncoderFolder } from '../run/node/read-encoder-folder.js'
import { trainInMemory } from '../train/train-in-memory.js'
import { suggestLabels } from './suggest-labels.js'

test('how sure a tagger with context is of a text is what it is with the sentences around', async () => {
  const folder = 'oracles/encoders/bert'
  const config = resolveConfig({
    preset: 'encoder-softmax',
    file: { pretrained: { folder, context: 8 }, training: { epochs: 1, batchSize: 4, threads: 1 } },
  })
  const train = { path: 'own', scheme: 'BIO', sentences: SENTENCES } as const
  const run = trainInMemory({ config, train, pretrained: await readEncoderFolder(folder) })
  let next = await run.next()
  while (!next.done) next = await run.next()
  const files = next.value
  const runtime = nodeRuntime()
  await using tagger = await loadTaggerFrom({ read: async name => files.get(name) }, { runtime, threads: 1 })
  const text = 'Ada wrote to Charles Babbage. They met in London. He left.'
  const { types, tags } = tagger.info
  const [{ expectedChanges }] = await suggestLabels(tagger, [{ number: 0, text }], { source: 'x', types })
  const [{ sentences }] = await analyzeTexts(tagger, [text], { probabilities: true })
  assert.equal(sentences.length, 3)
  const unsure = (probabilities: Float64Array) => {
    let sum = 0
    for (let at = 0; at < probabilities.length; at += tags.length)
      sum += 1 - Math.max(...probabilities.subarray(at, at + tags.length))
    return sum
  }
  const wanted = sentences.reduce((sum, own) => sum + unsure(own.probabilities ?? new Float64Array()), 0)
  assert.ok(Math.abs((expectedChanges ?? 0) - wanted) < 1e-9, `${expectedChanges} and ${wanted}`)
  const alone = await tagger.tagProbabilities(sentences.map(({ tokens }) => tokens.map(token => token.text)))
  const bare = alone.reduce((sum, own) => sum + unsure(own), 0)
  assert.ok(Math.abs(bare - wanted) > 1e-7, 'what is around counts')
})
