import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorpusError } from './corpus-error.js'
import { labeledPart } from './labeled-part.js'
import type { Sentence } from './sentence.js'

const whole: Sentence = { tokens: ['Ada'], tags: ['B-PER'], lines: [1] }
const unlabeled: Sentence = { tokens: ['Ada'], tags: [], lines: [2] }
const partial: Sentence = { tokens: ['Ada'], tags: ['O'], annotated: { tokens: [false] }, lines: [3] }

test('sentences that are labeled in part are learned from, but not scored on', () => {
  const all = [whole, unlabeled, partial]
  const learned = labeledPart('a', all, { purpose: 'to learn from' })
  assert.deepEqual(learned.sentences, [whole, partial])
  assert.deepEqual(
    learned.notes.map(({ code }) => code),
    ['unlabeled'],
  )
  const scored = labeledPart('a', all, { purpose: 'to score on', whole: true })
  assert.deepEqual(scored.sentences, [whole])
  assert.deepEqual(
    scored.notes.map(({ code }) => code),
    ['unlabeled', 'partly-labeled'],
  )
})

test('a corpus of which nothing is left is refused', () => {
  const nothing = [[], [unlabeled], [partial]]
  for (const sentences of nothing)
    assert.throws(
      () => labeledPart('a', sentences, { purpose: 'to score on', whole: true }),
      (error: unknown) => error instanceof CorpusError && error.code === 'corpus/unlabeled',
    )
})
