import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokenize } from '../text/tokenize.js'
import { createGazetteer } from './gazetteer.js'

/** By trying every span at every place. */
function slow(names: readonly string[], tokens: readonly string[]): string[] {
  const tags = tokens.map(() => 'O')
  for (let start = 0; start < tokens.length; ) {
    let end = start
    for (let to = start + 1; to <= tokens.length; to++)
      if (names.includes(tokens.slice(start, to).join(' '))) end = to
    for (let t = start; t < end; t++) tags[t] = t === start ? 'B' : 'I'
    start = Math.max(end, start + 1)
  }
  return tags
}

test('the longest name is taken, as by trying all of them', () => {
  const word = fc.constantFrom('a', 'b', 'c')
  const name = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
  let found = 0
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), fc.array(word, { maxLength: 12 }), (entries, tokens) => {
      const tags = createGazetteer({ name: 'x', ignoreCase: false, entries }).tagsOf(tokens)
      assert.deepEqual(tags, slow(entries, tokens))
      if (tags.includes('I')) found++
    }),
    { numRuns: 500 },
  )
  assert.ok(found > 50, `${found} with a name of several tokens`)
})

test('case counts by default', () => {
  const entries = ['New York', 'ÅRHUS']
  const tokens = ['NEW', 'york', 'and', 'Århus']
  const tags = (ignoreCase: boolean) => createGazetteer({ name: 'x', ignoreCase, entries }).tagsOf(tokens)
  assert.deepEqual(tags(true), ['B', 'I', 'O', 'B'])
  assert.deepEqual(tags(false), ['O', 'O', 'O', 'O'])
})

test('a name is found in tokens split at white space and in tokens of our own', () => {
  const { tagsOf } = createGazetteer({
    name: 'x',
    ignoreCase: false,
    entries: ["O'Neill's (Cork)", ' St.  Louis '],
  })
  assert.deepEqual(tagsOf(["O'Neill's", '(Cork)']), ['B', 'I'])
  assert.deepEqual(tagsOf(["O'Neill", "'s", '(', 'Cork', ')', '!']), ['B', 'I', 'I', 'I', 'I', 'O'])
  assert.deepEqual(tagsOf(['in', 'St.', 'Louis']), ['O', 'B', 'I'])
  assert.deepEqual(tagsOf([]), [])
})

test('names that are split by their case are also found if case does not count', () => {
  for (const [entry, text] of [
    ["St. John's", "at St. John's ."],
    ["Dr. Smith's Clinic", "at Dr. Smith's Clinic ."],
    ["D'Angelo's", "at D'Angelo's ."],
    ["D'ANGELO'S", "at d'Angelo's ."],
  ])
    for (const ignoreCase of entry === entry.toUpperCase() ? [true] : [true, false]) {
      const tokens = tokenize(text).map(token => token.text)
      const tags = createGazetteer({ name: 'x', ignoreCase, entries: [entry] }).tagsOf(tokens)
      assert.equal(tags.join(' '), `O B${' I'.repeat(tokens.length - 3)} O`, `${entry} ${ignoreCase}`)
    }
})
