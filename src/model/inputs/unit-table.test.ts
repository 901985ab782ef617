import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PretrainedNetwork } from '../pretrained/layout.js'
import type { InputBlock } from './input-block.js'
import { UnitTable } from './unit-table.js'
import { tokenScores, type Units } from './units.js'

/** A piece for every two characters, one special piece before the sentence and one after it. */
const UNITS: Units = {
  kind: 'piece',
  around: { before: 1, after: 1 },
  split: tokens => {
    const texts = ['<s>']
    const starts = new Int32Array(tokens.length)
    const ends = new Int32Array(tokens.length)
    tokens.forEach((token, t) => {
      starts[t] = texts.length
      texts.push(...(token.match(/..?/g) ?? []))
      ends[t] = texts.length
    })
    return { texts: [...texts, '</s>'], starts, ends }
  },
}

const block = (more: Partial<InputBlock<number>>): InputBlock<number> => ({
  ...{ width: 1, parameters: [], readsTokens: true },
  idOf: text => text.length,
  train: () => ({ forward: () => undefined, backward: () => [] }),
  infer: () => assert.fail('nothing is run'),
  feed: () => ({}),
  ...more,
})

test('what stands for a token of several pieces has the features of the whole token', () => {
  const tokens = ['x', 'Babbage', 'in', 'London', 'a']
  const sentence = { tokens, columns: { pos: ['1', '20', '300', '4000', '50000'] } }
  let compared = 0
  for (const pooling of ['first', 'last', 'mean'] as const) {
    const pretrained = { settings: { pooling } } as PretrainedNetwork
    const ofColumn = block({
      valuesOf: ({ columns }) => columns?.pos ?? [],
      idOf: (_, value) => Number(value),
    })
    const table = new UnitTable({ units: UNITS, blocks: [block({}), ofColumn], pretrained })
    const encoded = table.encode(sentence)
    // One score for each unit: what an input has there.
    for (const [i, expected] of [[1, 7, 2, 6, 1], sentence.columns.pos.map(Number)].entries()) {
      const scores = Float32Array.from(encoded.unitIds, unit => table.ids[i][unit] as number)
      assert.deepEqual([...tokenScores(scores, encoded, { kind: 'piece', pooling }, 1)], expected, pooling)
      assert.deepEqual([scores[0], scores.at(-1)], [0, 0], 'special pieces have none')
      compared += expected.length
    }
  }
  assert.equal(compared, 30)
})
