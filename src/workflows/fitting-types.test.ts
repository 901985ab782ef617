import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fittingTypes } from './fitting-types.js'

test('a type keeps its name, else takes that of the coarse view, else is left out', () => {
  const types = ['PERSON', 'GPE', 'LOC', 'ORG', 'DATE']
  const coarse = new Map([
    ['PERSON', 'PER'],
    ['GPE', 'LOC'],
    ['LOC', 'LOC'],
    ['ORG', 'ORG'],
    ['DATE', 'DATE'],
  ])
  const fitting = (wanted: string[], view: typeof coarse | undefined = coarse) =>
    [...fittingTypes({ types, ...(view && { coarse: view }) }, wanted).values()].join(' ')
  assert.equal(fitting(['PER', 'LOC']), 'PER LOC LOC O O')
  assert.equal(fitting(['PERSON', 'GPE', 'LOC', 'PER']), 'PERSON GPE LOC O O')
  assert.equal(fitting([]), 'O O O O O')
  assert.equal(fittingTypes({ types }, ['PER', 'LOC']).get('LOC'), 'LOC')
  assert.equal(fittingTypes({ types }, ['PER', 'LOC']).get('PERSON'), 'O')
})
