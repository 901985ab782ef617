import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorpusError } from '../corpus/corpus-error.js'
import { InputError } from './errors.js'
import { option, say, setting } from './fault.js'
import { fromPortable, toPortable } from './portable-error.js'

const sent = (error: unknown) => fromPortable(structuredClone(toPortable(error)))

test('faults reach the main thread as data, so that a command line can spell their references', () => {
  const fault = {
    where: { file: 'a.conll', line: 3 },
    expected: 'a tag',
    got: '"x"',
    remedy: say`choose another column with ${setting('corpus.tagColumn')} or ${option('force')}`,
  }
  const error = sent(new CorpusError('corpus/row', fault))
  assert.ok(error instanceof InputError)
  assert.deepEqual([error.code, error.faults], ['corpus/row', [fault]])
  const spelled = error.explain(reference => ('setting' in reference ? 'SETTING' : 'OPTION'))
  assert.deepEqual(spelled, [
    'a.conll:3: expected a tag, got "x"; choose another column with SETTING or OPTION',
  ])
})

test('a system error keeps its code and stack, and anything else that is thrown its text', () => {
  const full: NodeJS.ErrnoException = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  const error: NodeJS.ErrnoException = sent(full)
  assert.ok(!(error instanceof InputError))
  assert.deepEqual([error.message, error.code, error.stack], ['no space', 'ENOSPC', full.stack])
  assert.equal(sent('gone').message, 'gone')
})
