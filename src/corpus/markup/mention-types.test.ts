import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, readAll } from '../testing/read-all.js'

test('a type whose bracket is not closed is refused, and does not swallow what follows', async () => {
  let cases = 0
  for (const line of [
    '[Ada](PER wrote to [Bob](PER)',
    '[Ada](PER wrote to Bob (LOC)',
    '[Ada](PER](LOC)',
    '[Ada](PER wrote',
    '[Ada](',
  ]) {
    assert.deepEqual(await faultsOf(readAll(`x\n${line}\n`, 'a.markup')), ['markup a.markup:2'], line)
    cases++
  }
  assert.equal(cases, 5)
})

test('brackets in a type are written with a backslash', async () => {
  const { sentences } = await readAll('[Ada](a\\[b\\]\\(c\\)) wrote\n', 'a.markup')
  assert.deepEqual(sentences[0].tags, ['B-a[b](c)', 'O'])
})
