import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../../corpus/read-text.js'
import { columnFeature } from './sentence-features.js'

test('a column is found as readers call it: by header, by number, by a header that is a number', async () => {
  const sentenceOf = async (text: string, source: string) => {
    for await (const sentence of readText([text], source)) return sentence
    return assert.fail('no sentence')
  }
  const plain = await sentenceOf('Ada NNP B-PER\nwrote VBD O\n', 'a.conll')
  const headed = await sentenceOf('Word,2,pos,Tag\nAda,x,NNP,B-PER\n', 'a.csv')
  const cases = [
    [plain, 2, ['NNP', 'VBD']],
    [headed, 2, ['x']],
    [headed, 'pos', ['NNP']],
  ] as const
  for (const [sentence, column, values] of cases)
    assert.deepEqual(columnFeature(column).valuesOf(sentence), values)
  assert.throws(
    () => columnFeature(3).valuesOf(headed),
    /a value of the column 3 for each of 1 tokens, got the columns "2", "pos"/,
  )
})
