import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { option, setting, verb } from '../base/fault.js'
import { commandLineSpelling, commandName, spellingOf } from './command-line-spelling.js'

test('options, settings and verbs as they are typed', () => {
  const cases = [
    [option('tagColumn'), '--tag-column'],
    [option('out', 'runs/a'), '--out runs/a'],
    [setting('training.maxSteps'), '--training.maxSteps'],
    [verb('corpus check', ['a.conll', 'b.conll']), 'nerite corpus check a.conll b.conll'],
    [verb('report', ['runs/a'], [option('fresh')]), 'nerite report runs/a --fresh'],
  ] as const
  for (const [reference, typed] of cases) assert.equal(commandLineSpelling(reference), typed)
})

test('in train, an option of the readers is the setting that it has, or one of corpus convert', () => {
  const spell = spellingOf('train')
  const cases = [
    [option('tagColumn', '2'), '--corpus.tagColumn 2'],
    [option('encoding'), '--corpus.encoding'],
    [option('offsets', 'codepoint'), 'nerite corpus convert --offsets codepoint'],
    [option('sentenceColumn'), 'nerite corpus convert --sentence-column'],
    [option('out'), '--out'],
    [setting('corpus.dev'), '--corpus.dev'],
    [verb('corpus convert', [], [option('format', 'csv')]), 'nerite corpus convert --format csv'],
  ] as const
  for (const [reference, typed] of cases) assert.equal(spell(reference), typed)
  assert.equal(spellingOf('evaluate')(option('tagColumn')), '--tag-column')
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
