import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sentence } from './sentence.js'
import { TextSample } from './text-sample.js'

function sampled(documents: number, enough: number): number[] {
  const sample = new TextSample(enough)
  for (let document = 0; document < documents; document++)
    for (let i = 0; i < 2; i++) {
      const sentence: Sentence = {
        tokens: ['It', 'rained', '.'],
        tags: ['O', 'O', 'O'],
        document,
        lines: [1],
      }
      sample.add(sentence)
    }
  assert.equal(sample.sentences, 2 * documents)
  return sample.texts().map(sentences => {
    assert.equal(sentences.length, 2)
    return sentences[0].document ?? -1
  })
}

test('a sample is all texts, or every second, fourth, eighth …, with about as many tokens as are enough', () => {
  let cases = 0
  for (let documents = 1; documents <= 200; documents++) {
    const numbers = sampled(documents, 120)
    let every = 1
    while (Math.ceil(documents / every) * 6 > 120) every *= 2
    assert.deepEqual(
      numbers,
      Array.from({ length: Math.ceil(documents / every) }, (_, i) => i * every),
      `${documents} documents`,
    )
    cases++
  }
  assert.equal(cases, 200)
  assert.deepEqual(sampled(3, 1), [0])
})
