import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { resolveConfig } from '../config/resolve.js'
import { Vocabulary } from '../encode/vocabulary.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../engine/optim/safetensors.js'
import { parseVocabularies, type Vocabularies } from '../model/vocabularies.js'
import { startFiles } from './run-files.js'
import { joinLists, splitLists } from './vocabulary-lists.js'

const words = (count: number, prefix = 'w') =>
  Vocabulary.fromJSON(
    ['<PAD>', '<UNK>', ...Array.from({ length: count }, (_, i) => `${prefix}${i}`)],
    'words',
  )

const vocabularies: Vocabularies = {
  scheme: 'BIO',
  types: ['PER'],
  tags: ['O', 'B-PER', 'I-PER'],
  inputs: { words: { trained: words(5500), fixed: words(6000, 'é ') }, shape: words(20) },
}
const config = resolveConfig({ file: { input: { shape: { dim: 4 }, charCnn: null, words: { dropout: 0 } } } })
const limits = { most: 20_000, where: 'vocab.safetensors' }

test('long lists are packed, and vocabularies come back as they were', () => {
  const { rest, lists, entries } = splitLists(vocabularies)
  assert.ok(lists)
  assert.equal(entries, 11_500)
  const json = JSON.parse(JSON.stringify(rest))
  assert.deepEqual(json.inputs.words, {
    trained: { packed: 'inputs.words.trained' },
    fixed: { packed: 'inputs.words.fixed' },
  })
  const read = parseVocabularies(joinLists(json, lists, limits), config, 'vocab.json')
  assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(vocabularies)))
  const { trained, fixed } = read.inputs.words
  assert.equal(trained.id('w7'), 9)
  assert.equal(trained.id('<PAD>'), 1)
  assert.equal(fixed?.id('é 5999'), 6001)
  assert.deepEqual(trained.extended(['new', 'w3']).entries.slice(-2), ['w5499', 'new'])
})

test('short lists stay in JSON, and there is no other file', () => {
  const small = { ...vocabularies, inputs: { words: { trained: words(4999) } } }
  assert.deepEqual(Object.keys(startFiles({ config, vocabularies: small })), ['config.json', 'vocab.json'])
  assert.ok('vocab.safetensors' in startFiles({ config, vocabularies }))
})

test('lists that do not belong to the vocabularies are refused', () => {
  const { rest, lists = assert.fail() } = splitLists(vocabularies)
  const json = JSON.parse(JSON.stringify(rest)) as { inputs: { words: Record<string, unknown> } }
  const { tensors } = parseSafetensors(lists, 'lists')
  const without = (...names: readonly string[]) =>
    toSafetensors(new Map([...tensors].filter(([name]) => !names.includes(name))))
  const having = (name: string, tensor: StoredTensor) => toSafetensors(new Map([...tensors, [name, tensor]]))
  const named = (words: unknown) => ({ ...json, inputs: { ...json.inputs, words } })
  const [lengths, units] = ['inputs.words.fixed.lengths', 'inputs.words.fixed.units']
  const extra: StoredTensor = { dtype: 'U8', shape: [1], data: Uint8Array.of(1) }
  const cases: readonly (readonly [unknown, Uint8Array, number])[] = [
    [json, without(lengths), 20_000],
    [json, without(units), 20_000],
    [json, without(lengths, units), 20_000],
    [json, having('other', extra), 20_000],
    [json, having(lengths, { ...extra, dtype: 'I8', data: Int8Array.of(1) }), 20_000],
    [json, having(units, extra), 20_000],
    [json, lists, 11_499],
    [json, lists.subarray(0, lists.length - 1), 20_000],
    [named({ trained: { packed: 'inputs.words.trained' } }), lists, 20_000],
    [named({ ...json.inputs.words, other: { packed: 'inputs.words.trained' } }), lists, 20_000],
    [named({ ...json.inputs.words, fixed: { packed: '__proto__' } }), lists, 20_000],
  ]
  for (const [value, bytes, most] of cases)
    assert.throws(() => joinLists(value, bytes, { ...limits, most }), isInputError)
  // A list where no list belongs is refused by whoever reads it.
  const misplaced = { ...json, types: { packed: 'inputs.words.fixed' }, inputs: { words: { trained: [] } } }
  const renamed = new Map(
    [...tensors].filter(([name]) => name.includes('fixed')).map(([name, tensor]) => [name, tensor]),
  )
  assert.throws(
    () => parseVocabularies(joinLists(misplaced, toSafetensors(renamed), limits), config, 'vocab.json'),
    isInputError,
  )
})
