import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import { parsePretrainedVocabulary } from './pretrained-model.js'

const FAMILIES = [
  ...['bert', 'minilm', 'distilbert', 'electra', 'roberta', 'xlm-roberta'],
  ...['deberta-v3', 'deberta-c2p', 'modernbert'],
]

test('what a run stores of an encoder is read as it was', async () => {
  for (const name of FAMILIES) {
    const { architecture, tokenizer } = await readEncoderFolder(`oracles/encoders/${name}`)
    const stored = JSON.parse(JSON.stringify({ architecture, tokenizer }))
    assert.deepEqual(parsePretrainedVocabulary(stored, name), { architecture, tokenizer }, name)
  }
  assert.equal(FAMILIES.length, 9)
})

test('a stored encoder that was changed is refused', async () => {
  const changes: readonly (readonly [family: string, change: object])[] = [
    ['bert', { family: 'gpt2' }],
    ['bert', { family: 'modernbert' }],
    ['bert', { family: 'deberta-v2' }],
    ['bert', { layers: 1e6 }],
    ['bert', { layers: -1 }],
    ['bert', { width: 17 }],
    ['bert', { heads: 0 }],
    ['bert', { vocabulary: 12 }],
    ['bert', { activation: 'constructor' }],
    ['bert', { epsilon: 0 }],
    ['bert', { positions: 2 }],
    ['bert', { firstPosition: 1e9 }],
    ['roberta', { firstPosition: 71 }],
    ['deberta-v3', { distances: { span: 1e9, longest: 9, normalized: true, query: true, key: true } }],
    ['deberta-v3', { distances: undefined }],
    ['modernbert', { layers: 2 }],
    ['modernbert', { rotary: { global: 1, local: 1, reach: 1, globalLayers: [1, 2, 3] } }],
    ['modernbert', { heads: 16 }],
  ]
  let refused = 0
  for (const [name, change] of changes) {
    const { architecture, tokenizer } = await readEncoderFolder(`oracles/encoders/${name}`)
    const stored = JSON.parse(JSON.stringify({ architecture: { ...architecture, ...change }, tokenizer }))
    assert.throws(
      () => parsePretrainedVocabulary(stored, name),
      { code: 'model/file' },
      JSON.stringify(change),
    )
    refused++
  }
  for (const value of [null, [], {}, { architecture: {}, tokenizer: {} }])
    assert.throws(() => parsePretrainedVocabulary(value, 'x'), { code: 'model/file' })
  assert.equal(refused, 18)
})
