import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { option, setting, verb } from '../base/fault.js'
import { commandLineSpelling, commandName } from './command-line-spelling.js'

test('options, settings and verbs as they are typed', () => {
  const cases = [
    [option('tagColumn'), '--tag-column'],
    [option('out', 'runs/a'), '--out runs/a'],
    [setting('training.maxSteps'), '--training.maxSteps'],
    [setting('corpus.tagColumn', '2'), '--corpus.tagColumn 2'],
    [option('shares'), '--train, --dev, --test'],
    [verb('corpus check', ['a.conll', 'b.conll']), 'nerite corpus check a.conll b.conll'],
    [verb('report', ['runs/a'], [option('fresh')]), 'nerite report runs/a --fresh'],
    [
      verb('corpus convert', [], [option('offsets', 'codepoint')]),
      'nerite corpus convert --offsets codepoint',
    ],
  ] as const
  for (const [reference, typed] of cases) assert.equal(commandLineSpelling(reference), typed)
})

test('the command is named as it was called', () => {
  const at = (...parts: string[]) => join('/', 'work', ...parts)
  assert.equal(
    commandName(at('nerite', 'bin', 'nerite.js'), at('nerite')),
    `node ${join('bin', 'nerite.js')}`,
  )
  assert.equal(commandName(at('app', 'node_modules', '.bin', 'nerite'), at('app')), 'nerite')
  assert.equal(commandName(at('app', 'node_modules', 'nerite', 'bin', 'nerite.js'), at('app')), 'nerite')
  assert.equal(commandName('', at('app')), 'nerite')
})
