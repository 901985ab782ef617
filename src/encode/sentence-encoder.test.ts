import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import type { Sentence } from '../corpus/sentence.js'
import { EncoderBuilder, type EncoderConfig, SentenceEncoder } from './sentence-encoder.js'
import { UNKNOWN_ID } from './vocabulary.js'
import { casingOf, shapeOf } from './word-shape.js'

const config: EncoderConfig = {
  words: { lowerCase: true, zeroDigits: true, minCount: 2 },
  characters: {},
  features: [
    { kind: 'casing' },
    { kind: 'shape' },
    { kind: 'suffix', length: 3 },
    { kind: 'column', column: 'pos' },
  ],
}

function sentence(text: string, tags: string, pos: string): Sentence {
  return { tokens: text.split(' '), tags: tags.split(' '), columns: { pos: pos.split(' ') }, lines: [7] }
}

const training = [
  sentence('The Ada wrote 1842', 'O B-PER O O', 'DT NNP VBD CD'),
  sentence('the Ada of 1999', 'O B-PER O O', 'DT NNP IN CD'),
]

function build(): SentenceEncoder {
  const builder = new EncoderBuilder(config)
  for (const item of training) builder.add(item)
  assert.equal(builder.countOf('0000'), 2)
  return builder.build()
}

test('words are normalised, rare and unseen ones unknown; characters are not normalised', () => {
  const encoder = build()
  assert.deepEqual(encoder.words.entries.slice(2), ['0000', 'ada', 'the'])
  const encoded = encoder.encode(sentence('THE Ada wrote 2023 x', 'O B-PER O B-LOC O', 'DT NNP VBD CD XX'))
  assert.deepEqual([...encoded.words], [4, 3, UNKNOWN_ID, 2, UNKNOWN_ID])
  assert.deepEqual([...(encoded.tags ?? [])], [0, 1, 0, -1, 0])
  const { ids, starts } = encoded.characters ?? assert.fail('no characters')
  assert.deepEqual([...starts], [0, 3, 6, 11, 15, 16])
  const entries = encoder.characters?.entries ?? []
  assert.deepEqual(
    [...ids.subarray(3, 6)].map(id => entries[id]),
    ['A', 'd', 'a'],
  )
  assert.equal(encoded.features['column:pos'][4], UNKNOWN_ID)
  assert.equal(encoded.features.suffix3[1], encoder.features.get('suffix3')?.id('Ada'))
  assert.equal(encoded.features.casing.length, 5)
})

test('an encoder survives JSON', () => {
  const encoder = build()
  const again = SentenceEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)), 'vocab.json')
  for (const item of training) assert.deepEqual(again.encode(item), encoder.encode(item))
  assert.equal(JSON.stringify(again), JSON.stringify(encoder))
  for (const feature of config.features)
    assert.equal(again.featureSize(feature), encoder.featureSize(feature))
})

test('what is missing or damaged is refused by name', () => {
  const encoder = build()
  const bare: Sentence = { tokens: ['a'], tags: [], lines: [7] }
  assert.throws(
    () => encoder.encode(bare),
    (e: unknown) => isInputError(e) && /line 7: expected a column "pos"/.test(e.message),
  )
  const json = JSON.parse(JSON.stringify(encoder)) as Record<string, unknown>
  for (const key of ['config', 'words', 'characters', 'features', 'tags'])
    assert.throws(() => SentenceEncoder.fromJSON({ ...json, [key]: 3 }, 'vocab.json'), isInputError, key)
  for (const features of [[{ kind: 'casings' }], [{ kind: 'prefix' }], 'casing'])
    assert.throws(
      () => SentenceEncoder.fromJSON({ ...json, config: { ...config, features } }, 'vocab.json'),
      isInputError,
    )
})

test('casing and shape', () => {
  const casings = {
    London: 'initial-upper',
    EU: 'all-upper',
    cat: 'all-lower',
    '1984': 'numeric',
    '1990s': 'mainly-numeric',
    '---': 'other',
    '$5-.': 'contains-digit',
    Éa: 'initial-upper',
    iPhone: 'other',
  }
  for (const [word, casing] of Object.entries(casings)) assert.equal(casingOf(word), casing, word)
  const shapes = { London: 'Xxx', 'McDonald-2000': 'XxXxx-dd', dad: 'xx', 'X-1': 'X-d', '': '', 東京都: 'xx' }
  for (const [word, shape] of Object.entries(shapes)) assert.equal(shapeOf(word), shape, word)
})
