import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONLLEVAL_CASES, conllevalCases } from '../evaluate/testing/conlleval-cases.js'
import { conllevalSpans } from './conlleval-chunks.js'

test('chunks of gold, of predicted, and in both, as conlleval.pl counted them', () => {
  const cases = conllevalCases()
  assert.equal(cases.length, CONLLEVAL_CASES)
  for (const { gold, predicted, conlleval } of cases) {
    const chunks = (sentences: readonly (readonly string[])[]) =>
      sentences.flatMap((tags, s) =>
        conllevalSpans(tags).map(span => `${s} ${Object.values(span).join(' ')}`),
      )
    const goldChunks = chunks(gold)
    const predictedChunks = chunks(predicted)
    const correct = predictedChunks.filter(chunk => goldChunks.includes(chunk)).length
    const [, ...figures] = /(\d+) phrases; found: (\d+) phrases; correct: (\d+)/.exec(conlleval) ?? []
    assert.deepEqual([goldChunks.length, predictedChunks.length, correct], figures.map(Number))
  }
})
