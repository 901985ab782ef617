import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { conllevalSpans } from './conlleval-chunks.js'

const ORACLE = '../shared/oracles/conlleval.jsonl'

test('chunks of gold, of predicted, and in both, as conlleval.pl counted them', {
  skip: existsSync(ORACLE) ? false : `no ${ORACLE}`,
}, () => {
  let cases = 0
  for (const line of readFileSync(ORACLE, 'utf8').trim().split('\n')) {
    const { gold, predicted, conlleval } = JSON.parse(line) as {
      gold: string[][]
      predicted: string[][]
      conlleval: string
    }
    const chunks = (sentences: string[][]) =>
      sentences.flatMap((tags, s) =>
        conllevalSpans(tags).map(span => `${s} ${Object.values(span).join(' ')}`),
      )
    const goldChunks = chunks(gold)
    const predictedChunks = chunks(predicted)
    const correct = predictedChunks.filter(chunk => goldChunks.includes(chunk)).length
    const [, ...figures] = /(\d+) phrases; found: (\d+) phrases; correct: (\d+)/.exec(conlleval) ?? []
    assert.deepEqual([goldChunks.length, predictedChunks.length, correct], figures.map(Number))
    cases++
  }
  assert.equal(cases, 400)
})
