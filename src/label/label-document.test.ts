import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokenize } from '../text/tokenize.js'
import { checkEntities, overlaps, snapToTokens, withEntity } from './label-document.js'
import { LabelError } from './label-error.js'
import { toLabelTypes } from './label-type.js'
import { sameString } from './same-string.js'

const TEXT = 'Ada Lovelace met 😀 Charles Babbage, Ada wrote; Adam and Ada-Marie too.'

test('a selection snaps to the tokens that it touches, as a search through all of them finds', () => {
  const offsets = tokenize(TEXT).map(({ start, end }) => ({ start, end }))
  let found = 0
  for (let start = 0; start <= TEXT.length; start++)
    for (let end = start + 1; end <= TEXT.length; end++) {
      const touched = offsets.filter(token => overlaps(token, { start, end }))
      const snapped = snapToTokens(offsets, { start, end })
      assert.deepEqual(
        snapped,
        touched.length > 0 ? { start: touched[0].start, end: touched[touched.length - 1].end } : undefined,
      )
      if (snapped) found++
    }
  assert.ok(found > 1000)
})

test('entities are put in order and checked', () => {
  const types = new Set(['PER'])
  const code = (start: number, end: number, type = 'PER') => {
    try {
      checkEntities(
        { text: TEXT },
        [
          { start: 0, end: 3, type: 'PER' },
          { start, end, type },
        ],
        types,
      )
      return 'none'
    } catch (error) {
      return error instanceof LabelError ? error.code : String(error)
    }
  }
  assert.equal(code(4, 12), 'none')
  const emoji = TEXT.indexOf('😀')
  const wrong: [number, number, string?][] = [
    [2, 5],
    [5, 5],
    [7, 6],
    [-1, 2],
    [4, TEXT.length + 1],
    [4, 5.5],
    [3, 4],
    [4, 12, 'LOC'],
    [4, emoji + 1],
    [Number.NaN, 9],
  ]
  for (const [start, end, type] of wrong) assert.equal(code(start, end, type), 'label/entities')
  const spans = [
    { start: 17, end: 19, type: 'PER' },
    { start: 0, end: 3, type: 'PER' },
  ]
  assert.deepEqual(checkEntities({ text: TEXT }, spans, types), [spans[1], spans[0]])
})

test('an added entity replaces those that it overlaps, and no others', () => {
  let runs = 0
  const range = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 5 }))
  fc.assert(
    fc.property(fc.array(range), list => {
      runs++
      const spans = list
        .map(([start, length]) => ({ start, end: start + length, type: 'A' }))
        .reduce<{ start: number; end: number; type: string }[]>((kept, span) => withEntity(kept, span), [])
      for (const [i, span] of spans.entries())
        for (const other of spans.slice(i + 1)) assert.ok(span.end <= other.start)
      const last = list.at(-1)
      if (last) assert.ok(spans.some(({ start, end }) => start === last[0] && end === last[0] + last[1]))
    }),
  )
  assert.ok(runs >= 100)
})

test('the same string is found as whole words', () => {
  const places = (wanted: string, text = TEXT) => sameString(text, wanted).map(({ start }) => start)
  assert.deepEqual(places('Ada'), [0, TEXT.indexOf('Ada wrote'), TEXT.indexOf('Ada-Marie')])
  assert.deepEqual(places('Ada wrote'), [TEXT.indexOf('Ada wrote')])
  assert.deepEqual(places('da'), [])
  assert.deepEqual(places('𝒳', 'a 𝒳 b𝒳'), [2])
  assert.deepEqual(places(' '), [])
})

test('types get keys of their own', () => {
  const names = Array.from({ length: 40 }, (_, i) => (i % 2 ? `Person${i}` : `Place${i}`))
  const keys = toLabelTypes(names).flatMap(({ key }) => key ?? [])
  assert.equal(new Set(keys).size, keys.length)
  assert.equal(keys.length, 35)
  assert.equal(toLabelTypes(names)[9].key, 'p')
  for (const wrong of [[], ['A', 'A'], ['two words'], [''], ['O'], ['x'.repeat(65)], ['a\0']])
    assert.throws(() => toLabelTypes(wrong), { code: 'label/types' })
})
