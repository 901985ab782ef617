import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { Backlog } from '../limits/backlog.js'
import type { Lease } from '../models/models.js'
import { findEntities } from './entities.js'
import { entitiesRequest } from './entity-forms.js'

const lease = {
  name: 'm',
  version: '1',
  info: {
    types: ['PERSON', 'GPE'],
    coarse: new Map([
      ['PERSON', 'PER'],
      ['GPE', 'LOC'],
    ]),
  },
  recognizer: { tag: async () => [[]] },
} as unknown as Lease
const backlog = new Backlog({ queuedTexts: 10, queuedCharacters: 1000, time: 10_000 })
const limits = { texts: 10, textCharacters: 100 } as Parameters<typeof findEntities>[3]

function ask(types: readonly string[], coarse: boolean) {
  const request = v.parse(entitiesRequest, { text: 'a', types, coarse })
  return findEntities(request, lease, backlog, limits, new AbortController().signal)
}

test('a type is refused by a name that it does not have in the answer', async () => {
  for (const [type, coarse] of [
    ['PERSON', false],
    ['LOC', true],
  ] as const)
    assert.equal((await ask([type], coarse)).results.length, 1)
  const refused = [
    ['PER', false],
    ['PERSON', true],
    ['X', false],
    ['X', true],
  ] as const
  for (const [type, coarse] of refused)
    await assert.rejects(ask([type], coarse), { status: 422, code: 'model/types' }, `${type} ${coarse}`)
  await assert.rejects(ask(['PER'], false), /"coarse": true/)
})
