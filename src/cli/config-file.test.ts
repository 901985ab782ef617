import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../base/errors.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { readConfigFile } from './config-file.js'

const folder = temporaryFolder()
const path = join(folder.path, 'c.json')
after(folder.remove)

function messageOf(text: string): string {
  writeFileSync(path, text)
  try {
    readConfigFile(path)
  } catch (error) {
    if (isInputError(error)) return error.message
    throw error
  }
  return assert.fail(`${JSON.stringify(text)} was read`)
}

test('a fault in JSON is told with its line', () => {
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
  ]
  for (const [text, line] of cases) {
    const message = messageOf(text)
    assert.ok(message.startsWith(`${path}:${line}: expected valid JSON, got `), `${line}: ${message}`)
    assert.equal(message.split('\n').length, 1)
  }
})

test('a word without quotes is told with its line wherever it stands', () => {
  let cases = 0
  const values = fc.constantFrom('1', '-2.5e3', 'true', 'null', '"a \\" b"', '"ten"', '[1, "x"]', '{"y": 2}')
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 12 }), fc.nat(), (list, at) => {
      const fault = at % list.length
      const lines = list.map((value, i) => `  "key${i}": ${i === fault ? 'ten' : value}`)
      assert.match(messageOf(`{\n${lines.join(',\n')}\n}\n`), new RegExp(`c\\.json:${fault + 2}: `))
      cases++
    }),
  )
  assert.equal(cases, 100)
})
