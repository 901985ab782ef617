import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entity } from '../recognize/annotated-text.js'
import { predictedSentences } from './prediction.js'

test('each sentence has its own entities, found in one pass over a text of many', () => {
  const count = 500
  const word = 'Ada Byron left. '
  const text = word.repeat(count)
  const at = Array.from({ length: count }, (_, i) => i * word.length)
  const sentences = at.map(start => ({
    start,
    end: start + 15,
    tokens: [
      { text: 'Ada', start, end: start + 3 },
      { text: 'Byron', start: start + 4, end: start + 9 },
      { text: 'left', start: start + 10, end: start + 14 },
      { text: '.', start: start + 14, end: start + 15 },
    ],
    tags: [],
  }))
  let looks = 0
  // In every third sentence none, in every third two.
  const entities = at.flatMap((start, i) => {
    const places = [
      [],
      [[0, 9]],
      [
        [0, 3],
        [4, 9],
      ],
    ][i % 3]
    return places.map(
      ([from, to]): Entity => ({
        get start() {
          looks++
          return start + from
        },
        end: start + to,
        type: 'PER',
        text: word.slice(from, to),
        score: 1,
      }),
    )
  })
  const found = predictedSentences({ annotated: { text, entities, sentences } }, 'BIO', 1)
  const tags = found.map(sentence => sentence.tags.join(' '))
  const expected = ['O O O O', 'B-PER I-PER O O', 'B-PER B-PER O O']
  assert.deepEqual(
    tags,
    at.map((_, i) => expected[i % 3]),
  )
  assert.ok(looks <= 3 * (entities.length + count), `${looks} looks at ${entities.length} entities`)
})
