import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bounded } from './bounded-regexp.js'
import { BUILT_IN_NAMES, createBuiltIn } from './built-in.js'

test('quantifiers without an upper bound are refused', () => {
  const refused = [/a*/, /a+/, /a{2,}/, /(?:ab)+?/, /[*]*/, /\\*/, /(?<!a*)b/]
  for (const regExp of refused) assert.throws(() => bounded(regExp), /upper bound/, regExp.source)
  const taken = [/a/, /a?/, /a{0,9}/, /[a*+{2,}]/, /\*\+/, /(?:a|b){3}/]
  for (const regExp of taken) assert.equal(bounded(regExp), regExp)
  assert.equal(refused.length + taken.length, 13)
})

/** Pieces that the built-in patterns are about, and what confuses them. */
const PIECE = fc.constantFrom(
  ...'1|12|2024|1,000|+|-|.|,|:|/|(|)|@|=|$|€|%| |  |\n|a|A|may|May |one |hundred and |http://|www.|.com|::|DE89|x|to |from |last |hours |5 km|🙂|\u05E9|\u0661|T|00'.split(
    '|',
  ),
)

test('on any text, what is found is inside it, in order and without overlaps', async () => {
  const all = await createBuiltIn(BUILT_IN_NAMES)
  let found = 0
  fc.assert(
    fc.property(fc.array(PIECE, { maxLength: 40 }), pieces => {
      const text = pieces.join('')
      let last = 0
      for (const { start, end, type, score } of all.find(text)) {
        assert.ok(start >= last && end > start && end <= text.length, `${start}:${end} of ${text}`)
        assert.ok(all.types.includes(type) && score > 0 && score <= 1)
        assert.doesNotMatch(text.slice(start, end), /^\s|\s$/)
        last = end
        found++
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(found > 300, `${found} found`)
})
