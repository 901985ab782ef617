import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { resolveConfig } from './resolve.js'
import { settingLines } from './setting-lines.js'

/** Every path of a value, in the order of its text. */
function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path]
  const below = Object.entries(value).flatMap(([key, inner]) =>
    paths(inner, path === '' ? key : `${path}.${key}`),
  )
  return path === '' ? below : [path, ...below]
}

test('a setting on a line of its own has that line', () => {
  // In indented JSON each path begins a line, and lines that only close something hold no path.
  const config = resolveConfig({
    preset: 'transformer',
    file: { input: { casing: {}, affixes: {}, charLstm: {}, words: { vectors: 'a' } }, decoder: 'softmax' },
  })
  const text = JSON.stringify(config, null, 2)
  const begun = text.split('\n').flatMap((line, i) => (/^\s*[}\]]|^\{$/.test(line) ? [] : [i + 1]))
  const expected = paths(config).map((path, i) => [path, begun[i]])
  assert.ok(expected.length > 80, `${expected.length} settings`)
  assert.deepEqual([...settingLines(text)], expected)
})

test('texts with brackets, quotes and keys of any sort in them are as deep as they parse', () => {
  let cases = 0
  const key = fc
    .string({ minLength: 1, maxLength: 6 })
    .filter(name => !name.includes('.') && !/^\d+$/.test(name))
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, false),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 5 }), object => {
      assert.deepEqual([...settingLines(JSON.stringify(object)).keys()], paths(object))
      const all = settingLines(JSON.stringify(object, null, 1))
      assert.deepEqual([...all.keys()], paths(object))
      const lines = [...all.values()]
      assert.ok(lines.every((line, i) => i === 0 || line > lines[i - 1]))
      cases++
    }),
    { numRuns: 300 },
  )
  assert.equal(cases, 300)
})
