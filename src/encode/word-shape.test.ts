import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Casing, casingOf } from './word-shape.js'

test('each casing class, by the first rule that holds', () => {
  const words: Readonly<Record<Casing, readonly string[]>> = {
    numeric: ['7', '1990', '٣'],
    'mainly-numeric': ['1990s', '10th3', 'A350'],
    'all-lower': ['london', 'straße', 'x1', 'o’clock', 'a-b'],
    'all-upper': ['NATO', 'U.S.', 'B2', 'ÉÉ', 'I'],
    'initial-upper': ['London', 'McDonald', 'Ada99', 'Éa'],
    'contains-digit': ['-1-', 'aB1', '$3.50-$'],
    other: ['', '.', 'iPhone', '東京', '🙂'],
  }
  let checked = 0
  for (const [casing, list] of Object.entries(words))
    for (const word of list) {
      assert.equal(casingOf(word), casing, word)
      checked++
    }
  assert.equal(checked, 28)
})
