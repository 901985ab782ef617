import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NORMALIZERS, normalizeToken, zeroDigits } from './normalize.js'

const { user: maskUser, url: maskUrl, lower: lowerCase } = NORMALIZERS

test('each normalization alone', () => {
  assert.equal(zeroDigits('1996-08-30'), '0000-00-00')
  assert.equal(zeroDigits('١٢x𝟗'), '00x0')
  assert.equal(lowerCase('ÉTÉ'), 'été')
  assert.equal(maskUser('@ada'), '<USR>')
  assert.equal(maskUser('@'), '@')
  assert.equal(maskUser('a@b'), 'a@b')
  for (const url of ['http://x.io', 'https://x.io/a', 'HTTP://X', 'www.x.io', 'ftp://x'])
    assert.equal(maskUrl(url), '<URL>')
  for (const word of ['http', '://', 'www.', 'example.com', 'ada@example.org'])
    assert.equal(maskUrl(word), word)
})

test('chosen together, masks stay as they are', () => {
  const all = { user: true, url: true, lower: true, digits: true }
  assert.deepEqual(Object.keys(NORMALIZERS), Object.keys(all))
  assert.deepEqual(
    ['@Ada1', 'http://X.io/1', 'Room12', '<USR>'].map(token => normalizeToken(token, all)),
    ['<USR>', '<URL>', 'room00', '<USR>'],
  )
  assert.equal(normalizeToken('Room12', {}), 'Room12')
  assert.equal(normalizeToken('Room12', { lower: true, digits: false }), 'room12')
})
