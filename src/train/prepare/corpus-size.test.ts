import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { NETWORK_PRESETS } from '../../config/testing/network-presets.js'
import { chosenSettings, fixSizes } from './corpus-size.js'

function sizes(sentences: number, training: PartialConfig['training'] = {}) {
  const { batchSize, epochs } = fixSizes(resolveConfig({ file: { training } }), sentences).training
  return [batchSize, epochs]
}

test('batch size and epochs by the number of sentences', () => {
  const table: readonly (readonly [sentences: number, batchSize: number, epochs: number])[] = [
    [0, 1, 100],
    [1, 1, 100],
    [15, 1, 100],
    [25, 1, 60],
    [50, 1, 30],
    [100, 1, 15],
    [101, 2, 30],
    [200, 2, 15],
    [201, 4, 30],
    [400, 4, 15],
    [401, 8, 30],
    [800, 8, 15],
    [999, 16, 24],
    [1000, 16, 20],
    [14_041, 16, 20],
  ]
  for (const [sentences, ...expected] of table) assert.deepEqual(sizes(sentences), expected, `${sentences}`)
  assert.equal(table.length, 15)
})

test('every small corpus gets at least 1,500 updates or 100 epochs, and hardly more', () => {
  let cases = 0
  for (let sentences = 1; sentences < 1000; sentences++)
    for (const accumulate of [1, 3]) {
      const [batchSize, epochs] = sizes(sentences, { accumulate })
      // Counted one by one.
      let updates = 0
      for (let first = 0; first < sentences; first += batchSize * accumulate) updates++
      if (epochs < 100) assert.ok(epochs * updates >= 1500, `${sentences}`)
      assert.ok((epochs - 1) * updates < 1500, `${sentences}`)
      cases++
    }
  assert.equal(cases, 1998)
})

test('a number that is given stays, and the other one follows from it', () => {
  assert.deepEqual(sizes(50, { batchSize: 16 }), [16, 100])
  assert.deepEqual(sizes(50, { epochs: 3 }), [1, 3])
  assert.deepEqual(sizes(50, { epochs: 3, batchSize: 16 }), [16, 3])
  assert.deepEqual(sizes(5000, { epochs: 3 }), [16, 3])
  // No batch is larger than that of a large corpus.
  assert.deepEqual(sizes(900, { large: { batchSize: 4 } }), [4, 7])
  assert.deepEqual(sizes(5000, { large: { batchSize: 4, epochs: 7 } }), [4, 7])
})

test('a preset on a large corpus has the numbers that it had without auto', () => {
  const large: Readonly<Record<string, readonly [number, number, number, string, number | undefined]>> = {
    'char-cnn-bilstm-crf': [16, 30, 0.0015, 'ema', 20],
    bilstm: [32, 20, 0.003, 'none', undefined],
    transformer: [16, 20, 0.001, 'none', undefined],
    reformer: [32, 8, 0.0015, 'none', undefined],
    'char-lstm': [32, 20, 0.002, 'none', undefined],
  }
  let cases = 0
  for (const { name } of NETWORK_PRESETS) {
    if (name.endsWith('-classic')) continue
    const { input, training } = fixSizes(resolveConfig({ preset: name }), 1000)
    const { batchSize, epochs, learningRate, averaging } = training
    const expected = large[name] ?? [16, 20, 0.0015, 'none', undefined]
    assert.deepEqual([batchSize, epochs, learningRate, averaging.kind, input.affixes?.dim], expected, name)
    cases++
  }
  assert.equal(cases, 11)
})

test('a small corpus has a higher rate, averages and affixes, unless they are given', () => {
  const of = (sentences: number, file: PartialConfig = {}) => {
    const { input, training } = fixSizes(resolveConfig({ preset: 'bilstm-crf', file }), sentences)
    return [training.learningRate, training.averaging, input.affixes]
  }
  const affixes = { dim: 20, lengths: [2, 3], below: null }
  assert.deepEqual(of(999), [0.004, { kind: 'ema', decay: 0.99 }, affixes])
  assert.deepEqual(of(1000), [0.0015, { kind: 'none' }, null])
  const rate = { learningRate: 0.01, averaging: 'swa' } as const
  for (const sentences of [10, 1000])
    assert.deepEqual(of(sentences, { training: rate, input: { affixes: { below: null } } }), [
      0.01,
      { kind: 'swa' },
      affixes,
    ])
  assert.deepEqual(of(10, { input: { affixes: null } })[2], null)
  assert.deepEqual(of(10, { input: { affixes: { below: 10 } } })[2], null)
  const hidden = (sentences: number, input: PartialConfig['input'] = {}) =>
    fixSizes(resolveConfig({ file: { input } }), sentences).input.words.dropout
  assert.deepEqual([hidden(999), hidden(1000)], [0.25, 0.05])
  assert.deepEqual(
    [hidden(9, { words: { dropout: 0 } }), hidden(1000, { words: { dropout: 0.5 } })],
    [0, 0.5],
  )
  // Words that have vectors are not new, and a character is seldom new.
  assert.equal(hidden(9, { words: { vectors: 'glove.txt' } }), 0.05)
  const characters = { preset: 'char-lstm', file: { input: { words: { dropout: 'auto' } } } } as const
  assert.equal(fixSizes(resolveConfig(characters), 9).input.words.dropout, 0.05)
  // A preset's own rate may be higher.
  assert.equal(of(10, { training: { large: { learningRate: 0.01 } } })[0], 0.01)
})

test('recipes of tutorials keep their numbers, and what was fixed stays fixed', () => {
  let cases = 0
  for (const { name } of NETWORK_PRESETS) {
    const config = resolveConfig({ preset: name })
    const fixed = fixSizes(config, 50)
    const chosen = Object.keys(chosenSettings(config, fixed))
    if (name.endsWith('-classic')) assert.deepEqual([chosen, fixed], [[], config], name)
    else {
      assert.ok(chosen.includes('training.epochs') && chosen.includes('training.batchSize'), name)
      assert.deepEqual(chosenSettings(fixed, fixed), {}, name)
    }
    // As a run's config.json is read again, for a corpus of any size.
    assert.deepEqual(fixSizes(fixed, 5000), fixed, name)
    cases++
  }
  assert.equal(cases, NETWORK_PRESETS.length)
})

test('a tagger that keeps the types of its model gets a third of the updates, at a lower rate', () => {
  let cases = 0
  for (const [sentences, kept, own, batchSize] of [
    [50, 10, 30, 1],
    [200, 5, 15, 2],
    [400, 5, 15, 4],
    [1000, 20, 20, 16],
  ])
    for (const keepTypes of [true, false]) {
      const file = { from: { model: 'runs/a', keepTypes } }
      const { input, training } = fixSizes(resolveConfig({ file }), sentences)
      assert.deepEqual([training.epochs, training.batchSize], [keepTypes ? kept : own, batchSize])
      assert.equal(training.learningRate, sentences >= 1000 ? 0.0015 : keepTypes ? 0.001 : 0.004)
      assert.equal(input.words.dropout, 0.05)
      cases++
    }
  assert.equal(cases, 8)
})
