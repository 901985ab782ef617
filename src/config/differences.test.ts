import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, settingsOf } from './differences.js'
import { resolveConfig } from './resolve.js'

test('settings have dotted names, through lists of objects too', () => {
  const config = { a: { b: 1, c: [2, 3] }, list: [{ kind: 'x', n: null }, { kind: 'y' }], none: [] }
  assert.deepEqual(
    [...settingsOf(config)],
    [
      ['a.b', 1],
      ['a.c', [2, 3]],
      ['list.0.kind', 'x'],
      ['list.0.n', null],
      ['list.1.kind', 'y'],
      ['none', []],
    ],
  )
})

test('only what differs is listed, with a value for each configuration', () => {
  const plain = resolveConfig({})
  const other = resolveConfig({
    file: { decoder: { kind: 'softmax', classWeights: { O: 0.5 } }, input: { affixes: { lengths: [3] } } },
  })
  assert.deepEqual(differences([plain, plain]), new Map())
  const softmax = resolveConfig({
    file: { decoder: 'softmax', training: { optimizer: 'sgd' }, encoder: ['gru'] },
  })
  assert.deepEqual(
    [...differences([plain, softmax]).keys()],
    ['encoder.0.kind', 'decoder.kind', 'training.optimizer.kind'],
    'defaults of another kind follow from it',
  )
  const blocks = (['bilstm', 'cnn', 'gru'] as const).map(kind =>
    resolveConfig({ file: { encoder: [{ kind }] } }),
  )
  const dropouts = blocks.map(({ encoder }) => ('dropout' in encoder[0] ? encoder[0].dropout : undefined))
  assert.notEqual(dropouts[0], dropouts[1])
  assert.deepEqual(
    differences(blocks).get('encoder.0.dropout'),
    dropouts,
    'a setting of both kinds with another default',
  )
  assert.deepEqual(Object.fromEntries(differences([plain, other, plain])), {
    'input.affixes': [null, undefined, null],
    'input.affixes.dim': [undefined, 20, undefined],
    'input.affixes.lengths': [undefined, [3], undefined],
    'input.affixes.below': [undefined, null, undefined],
    'decoder.kind': ['crf', 'softmax', 'crf'],
    'decoder.classWeights.O': [undefined, 0.5, undefined],
  })
})
