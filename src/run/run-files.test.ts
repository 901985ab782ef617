import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { resolveConfig } from '../config/resolve.js'
import { Vocabulary } from '../encode/vocabulary.js'
import type { Vocabularies } from '../model/vocabularies.js'
import { MemoryStore } from './memory-store.js'
import { startFiles, VOCABULARY_VALUES } from './run-files.js'

test('vocabularies that no program could read again are refused before training', () => {
  const words = (count: number): Vocabularies => ({
    scheme: 'BIO',
    types: [],
    tags: ['O'],
    inputs: {
      words: { trained: Vocabulary.fromJSON(['<PAD>', '<UNK>'], 'words') },
      gazetteers: [{ name: 'cities', ignoreCase: false, entries: Array(count).fill('a') }],
    },
  })
  const config = resolveConfig({})
  const isRefused = (error: unknown) => isInputError(error) && error.code === 'train/vocabulary'
  const tooMany = { config, vocabularies: words(VOCABULARY_VALUES) }
  assert.throws(() => startFiles(tooMany), isRefused)
  assert.throws(() => new MemoryStore(tooMany), isRefused)
  assert.ok('vocab.json' in startFiles({ config, vocabularies: words(1000) }))
})
