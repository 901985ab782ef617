import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { evaluateDev } from './dev-evaluation.js'

/** The F1 of one sentence whose tags are found in two parts. */
async function f1(found: readonly (readonly string[])[], gold: readonly string[], scheme: Scheme) {
  const parts = found.map(({ length }) => ({ unitIds: new Int32Array(length), tokens: length }))
  const { f1 } = await evaluateDev(
    { find: async () => found.map(tags => ({ tags, spans: lenientSpans(tags) })) },
    {
      parts,
      gather: own => [[...own]],
      sentences: [{ tokens: gold, tags: gold, lines: [1] }],
      gold: [gold],
      scheme,
    },
  )
  return f1
}

test('what an IO corpus cannot say is scored as what it reads as', async () => {
  const gold = ['B-PER', 'I-PER', 'O', 'B-LOC']
  const found = [
    ['B-PER', 'B-PER'],
    ['O', 'S-LOC'],
  ]
  assert.equal(await f1(found, gold, 'IO'), 1)
  // One of three is right, of two.
  assert.equal(await f1(found, gold, 'BIO'), 2 / 5)
  assert.equal(
    await f1(
      [
        ['B-PER', 'I-PER'],
        ['O', 'O'],
      ],
      gold,
      'BIO',
    ),
    2 / 3,
  )
})
