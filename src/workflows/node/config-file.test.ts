import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import type { Place } from '../../base/fault.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { readConfigFile } from './config-file.js'

const folder = temporaryFolder()
const path = join(folder.path, 'c.json')
after(folder.remove)

function placeOf(text: string): Place {
  writeFileSync(path, text)
  try {
    readConfigFile(path)
  } catch (error) {
    if (!isInputError(error)) throw error
    assert.equal(error.code, 'config/json')
    assert.equal(error.faults.length, 1)
    assert.equal(error.message.split('\n').length, 1)
    return error.faults[0].where
  }
  return assert.fail(`${JSON.stringify(text)} was read`)
}

test('a fault in JSON has its line', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['{\n  "training": {\n    "epochs": ten\n  }\n}\n', 3],
    ['{\n"e": 1,\n"b": ten\n}', 3],
    ['{\n "position 1": nul,\n "b": 2\n}\n', 2],
    ['{\n "position 1": 1,\n "b": nul}', 3],
    ['{\n "a": 1,\n}\n', 3],
    ['{\n "training": {\n', 3],
    ['\n\nepochs: 3\n', 3],
    ["{\n 'a': 1\n}\n", 2],
    ['{\n "a": "x\n "b": 1}\n', 2],
    ['{"a": 1}\n{"b": 2}\n', 2],
    ['[1,\n 01]', 2],
    ['{"a": [\n}', 2],
    ['', 1],
  ]
  for (const [text, line] of cases) assert.deepEqual(placeOf(text), { file: path, line }, text)
})

test('the line is the one that V8 names, if it names one', () => {
  let compared = 0
  const character = fc.constantFrom('}', ']', ',', ':', 'x', '-')
  fc.assert(
    fc.property(fc.json(), fc.nat(), character, (json, at, extra) => {
      const lines = json.replace(/([[{,:])/g, '$1\n')
      const place = at % (lines.length + 1)
      const text = lines.slice(0, place) + extra + lines.slice(place)
      const position = / position (\d+)/.exec(faultOf(text))?.[1]
      if (position === undefined) return
      const line = text.slice(0, Number(position)).split('\n').length
      assert.deepEqual(placeOf(text), { file: path, line }, text)
      compared++
    }),
    { numRuns: 500 },
  )
  assert.ok(compared > 100, `${compared} texts`)
})

function faultOf(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return String(error)
  }
}

test('a word without quotes has its line wherever it stands', () => {
  let cases = 0
  const values = fc.constantFrom('1', '-2.5e3', 'true', 'null', '"a \\" b"', '"ten"', '[1, "x"]', '{"y": 2}')
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 12 }), fc.nat(), (list, at) => {
      const fault = at % list.length
      const lines = list.map((value, i) => `  "key${i}": ${i === fault ? 'ten' : value}`)
      assert.deepEqual(placeOf(`{\n${lines.join(',\n')}\n}\n`), { file: path, line: fault + 2 })
      cases++
    }),
  )
  assert.equal(cases, 100)
})
