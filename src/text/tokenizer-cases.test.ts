import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOKENIZER_CASES } from './testing/tokenizer-cases.js'
import { tokenize } from './tokenize.js'

test('the hand-labeled table', async t => {
  const categories = new Set(TOKENIZER_CASES.map(({ category }) => category))
  for (const category of categories)
    await t.test(category, () => {
      const got: string[] = []
      const wanted: string[] = []
      for (const { text, tokens } of TOKENIZER_CASES.filter(known => known.category === category)) {
        wanted.push(`${JSON.stringify(text)}: ${tokens.join('¦')}`)
        got.push(
          `${JSON.stringify(text)}: ${tokenize(text)
            .map(token => token.text)
            .join('¦')}`,
        )
      }
      assert.deepEqual(got, wanted)
    })
  assert.equal(categories.size, 16)
  assert.ok(TOKENIZER_CASES.length >= 220, `${TOKENIZER_CASES.length} cases`)
})
