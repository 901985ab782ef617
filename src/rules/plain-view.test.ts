import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BUILT_IN_NAMES, createBuiltIn } from './built-in.js'
import type { Finder } from './finder.js'
import { onPlainView } from './plain-view.js'

test('what does not show hides nothing from the built-in finders', async () => {
  const finder = await createBuiltIn(['email', 'phone', 'card', 'iban', 'national-id'])
  const cases: readonly (readonly [text: string, found: string])[] = [
    ['ada\u200B.lovelace@exam\u00ADple.com', 'ada\u200B.lovelace@exam\u00ADple.com'],
    ['call (212)\u200B 555-0142', '(212)\u200B 555-0142'],
    ['\u202A+44 20 7946 0958\u202C', '+44 20 7946 0958'],
    ['card 4111\u00AD1111\u00AD1111\u00AD1111.', '4111\u00AD1111\u00AD1111\u00AD1111'],
    ['card 4111\u20091111\u20091111\u20091111.', '4111\u20091111\u20091111\u20091111'],
    ['card 4111\u20111111\u20111111\u20111111.', '4111\u20111111\u20111111\u20111111'],
    [
      'DE89\u202F3704\u202F0044\u202F0532\u202F0130\u202F00',
      'DE89\u202F3704\u202F0044\u202F0532\u202F0130\u202F00',
    ],
    ['🙂 ada＠example.com 🙂', 'ada＠example.com'],
    ['＋４４ ２０ ７９４６ ０９５８', '＋４４ ２０ ７９４６ ０９５８'],
    ['هاتف +٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨', '+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨'],
    ['۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱', '۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱'],
  ]
  for (const [text, own] of cases)
    for (const find of [finder.find, finder.findAll ?? finder.find])
      assert.ok(
        find(text).some(({ start, end }) => text.slice(start, end) === own),
        `${JSON.stringify(text)}: ${JSON.stringify(find(text).map(({ start, end }) => text.slice(start, end)))}`,
      )
  assert.equal(cases.length, 11)
})

/** Finds each character that is no space. */
const everyUnit: Finder = {
  types: ['UNIT'],
  find: text =>
    [...text.matchAll(/\S/g)].map(({ index }) => ({ start: index, end: index + 1, type: 'UNIT', score: 1 })),
}

test('offsets are those of the text itself, whatever does not show around them', () => {
  const HIDDEN = ['\u00AD', '\u200B', '\u200D', '\u202E', '\u2066', '\uFEFF']
  const piece = fc.constantFrom('a', '1', '🙂', 'ש', ' ', '\u2009', ...HIDDEN)
  let cases = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const text = pieces.join('')
      const shown = [...Array(text.length).keys()].filter(
        at => !HIDDEN.includes(text[at]) && !/\s/.test(text[at]),
      )
      assert.deepEqual(
        onPlainView(everyUnit)
          .find(text)
          .map(({ start, end }) => [start, end]),
        shown.map(at => [at, at + 1]),
      )
      cases++
    }),
    { numRuns: 500 },
  )
  assert.equal(cases, 500)
})

test('hidden characters in any item of any list change its offsets alone', async () => {
  const finder = await createBuiltIn(BUILT_IN_NAMES)
  const text =
    'ada@example.com, (212) 555-0142, https://example.com/a, 4111 1111 1111 1111, 12 May 1843, $5 million'
  const plain = finder.find(text)
  const hidden = finder.find([...text].join('\u200B'))
  assert.ok(plain.length >= 6, `${plain.length}`)
  assert.deepEqual(
    hidden.map(({ start, end, ...rest }) => ({ ...rest, start: start / 2, end: (end + 1) / 2 })),
    plain.map(({ start, end, ...rest }) => ({ ...rest, start, end })),
  )
})
