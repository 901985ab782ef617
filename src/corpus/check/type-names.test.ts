import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPlace } from '../../base/fault.js'
import { findingsOf } from './testing/find.js'

/** A corpus with one entity of each type on a line of its own. */
const withTypes = (types: readonly string[]) => types.map(type => `Ada B-${type}\n\n`).join('')

test('spelling variants of one type are found', async () => {
  const groups = [
    ['PER', 'Person', 'person', 'PERSONS', 'per', 'Pers'],
    ['ORG', 'ORGANISATION', 'Organization', 'organizations', 'org'],
    ['LOC', 'Location', 'loc-'],
    ['MISC', 'Miscellaneous'],
    ['Organización', 'ORGANIZACION'],
    ['creative-work', 'Creative_Work'],
  ]
  let found = 0
  for (const types of groups) {
    const finding = (await findingsOf(withTypes(types))).get('type-variants')
    assert.equal(finding?.count, types.length - 1, types.join())
    assert.deepEqual(
      finding.examples.map(({ where }) => formatPlace(where)),
      types.slice(1, 6).map((_, i) => `train.conll:${2 * i + 3}`),
    )
    found += finding.count
  }
  assert.equal(found, 5 + 4 + 2 + 1 + 1 + 1)
})

test('different types are not taken for variants', async () => {
  const sets = [
    ['PER', 'PERCENT', 'LOC', 'LOCderiv', 'LOCpart', 'ORG', 'ORGpart', 'OTH', 'MISC'],
    ['geo', 'gpe', 'geo-loc', 'per', 'org', 'tim', 'art', 'nat', 'eve', 'product', 'other'],
    ['人名', '法人名', '政治的組織名', '地名', 'イベント名', 'カ', 'ガ'],
    ['Chemical', 'Disease', 'Gene', 'Species'],
    ['NORP', 'FAC', 'GPE', 'DATE', 'TIME', 'MONEY', 'CARDINAL', 'ORDINAL', 'LAW', 'PRODUCT'],
    ['building-hotel', 'building-hospital', 'person-actor', 'person-director', 'art-film', 'art-music'],
  ]
  for (const types of sets)
    assert.equal((await findingsOf(withTypes(types))).get('type-variants'), undefined, types.join())
})
