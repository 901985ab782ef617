import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatFault,
  formatNote,
  mapReferences,
  option,
  type Reference,
  type Spelling,
  say,
  setting,
  verb,
} from './fault.js'

const FAULT = {
  where: { file: 'a.conll', line: 3 },
  expected: 'a tag',
  got: '"x"',
  remedy: say`choose another column with ${option('tagColumn')}, or run ${verb('corpus convert', ['IN', 'OUT'], [option('scheme', 'BIO')])}`,
}

test('a fault names options and verbs as the API does, or as an edge spells them', () => {
  assert.equal(
    formatFault(FAULT),
    'a.conll:3: expected a tag, got "x"; choose another column with tagColumn, or run nerite corpus convert IN OUT with scheme: BIO',
  )
  const spell: Spelling = reference => ('option' in reference ? `--${reference.option}` : 'a command')
  assert.equal(
    formatFault(FAULT, spell),
    'a.conll:3: expected a tag, got "x"; choose another column with --tagColumn, or run a command',
  )
  const note = { code: 'guessed', where: option('encoding'), message: say`set ${setting('seed', '1')}` }
  assert.equal(formatNote(note), 'encoding: set seed: 1')
})

test('messages inside messages become one, and plain ones stay strings', () => {
  assert.deepEqual(say`a ${1} ${say`b ${option('c')}`} ${'d'}`, ['a ', '1', ' ', 'b ', option('c'), ' ', 'd'])
  assert.equal(say`a ${1} ${'b'}`, 'a 1 b')
})

test('references are replaced in every part of a fault', () => {
  const map = (reference: Reference) =>
    'option' in reference ? setting(`corpus.${reference.option}`) : reference
  const mapped = mapReferences({ ...FAULT, where: option('delimiter'), got: say`${option('x')}` }, map)
  assert.deepEqual(mapped.where, setting('corpus.delimiter'))
  assert.deepEqual(mapped.got, [setting('corpus.x')])
  assert.deepEqual(Array.isArray(mapped.remedy) && mapped.remedy.filter(part => typeof part !== 'string'), [
    setting('corpus.tagColumn'),
    verb('corpus convert', ['IN', 'OUT'], [option('scheme', 'BIO')]),
  ])
})
