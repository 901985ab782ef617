import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingFacts } from './setting-facts.js'

test('settings in words: no JSON, no folders', () => {
  const settings = {
    recognizer: 'neural',
    corpus: { train: [{ file: '/home/ada/data/train.conll', weight: 1 }], dev: 'data/dev.conll', test: null },
    input: { words: { vectors: { file: 'C:\\data\\glove.txt' }, lower: true }, characters: false },
    encoder: [{ kind: 'lstm', size: 100 }],
    labels: ['PER', 'LOC'],
    none: [],
    empty: {},
    from: { model: '@nerite/en' },
    rate: 0.001,
  }
  assert.deepEqual(settingFacts(settings), [
    ['recognizer', 'neural'],
    ['corpus.train.1.file', 'train.conll'],
    ['corpus.train.1.weight', '1'],
    ['corpus.dev', 'dev.conll'],
    ['corpus.test', 'not set'],
    ['input.words.vectors.file', 'glove.txt'],
    ['input.words.lower', 'yes'],
    ['input.characters', 'no'],
    ['encoder.1.kind', 'lstm'],
    ['encoder.1.size', '100'],
    ['labels', 'PER, LOC'],
    ['none', 'none'],
    ['empty', 'none'],
    ['from.model', '@nerite/en'],
    ['rate', '0.001'],
  ])
})
