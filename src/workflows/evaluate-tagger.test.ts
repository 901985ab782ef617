import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sentence } from '../corpus/sentence.js'
import { scoreTags } from '../evaluate/score-tags.js'
import type { Recognizer } from '../recognize/recognizer.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { evaluate } from './evaluate-tagger.js'

const sentence = (tags: readonly string[]): Sentence => ({
  tokens: tags.map((_, i) => `w${i}`),
  tags,
  lines: tags.map((_, i) => i + 1),
})
const GOLD = [
  sentence(['B-PER', 'I-PER', 'O', 'B-LOC']),
  sentence(['O', 'B-ORG', 'O', 'O']),
  sentence(['O', 'O', 'O', 'O']),
]
/** One right entity, and one of another type with a low score, in each sentence. */
const FOUND = [
  { start: 0, end: 2, type: 'PER', score: 0.9 },
  { start: 3, end: 4, type: 'ORG', score: 0.3 },
]
const tagger = {
  tagTokens: async (sentences: readonly unknown[]) =>
    sentences.map(() => ({ tags: encodeSpans(FOUND, 4, 'BIO'), spans: FOUND })),
} as unknown as Recognizer

test('evaluate scores what a recognizer finds, as scoreTags does', async () => {
  const scores = await evaluate(tagger, { sentences: GOLD, scheme: 'BIO' })
  const tags = encodeSpans(FOUND, 4, 'BIO')
  const expected = scoreTags(
    GOLD.map(each => each.tags),
    GOLD.map(() => tags),
    { scheme: 'BIO' },
  )
  assert.deepEqual(scores, expected)
  assert.equal(scores.exact.micro.predicted, 6)
  const strict = await evaluate(tagger, { sentences: GOLD, scheme: 'BIO' }, { mode: 'strict' })
  assert.equal(strict.mode, 'strict')
})

test('with minScore, entities that score less are not counted', async () => {
  const scores = await evaluate(tagger, { sentences: GOLD, scheme: 'BIO' }, { minScore: 0.5 })
  assert.deepEqual(
    [scores.exact.micro.predicted, scores.exact.micro.correct, scores.exact.micro.gold],
    [3, 1, 3],
  )
  await assert.rejects(evaluate(tagger, { sentences: GOLD, scheme: 'BIO' }, { minScore: 2 }), {
    code: 'predict/argument',
  })
})

test('evaluate stops on its signal, with its reason', async () => {
  const reason = new Error('enough')
  await assert.rejects(
    evaluate(tagger, { sentences: GOLD, scheme: 'BIO' }, { signal: AbortSignal.abort(reason) }),
    reason,
  )
})
