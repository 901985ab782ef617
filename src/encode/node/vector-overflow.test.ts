import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { readVectorFile } from './read-vector-file.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-vectors-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** Finite as double numbers, but not as the float32 that vectors hold; or no numbers at all. */
const BAD = ['1e400', '-1e400', '1e39', '-3.5e38', '9'.repeat(400), 'inf', '-Infinity', 'NaN', '+nan']

test('a number that overflows is refused with its line and word, wherever it stands', async () => {
  let cases = 0
  for (const bad of BAD)
    for (const line of [`${bad} 2 3`, `1 ${bad} 3`, `1 2 ${bad}`])
      for (const [at, text] of [
        [1, `ada ${line}\nbob 1 2 3\n`],
        [2, `bob 1 2 3\nada ${line}\n`],
        [3, `2 3\nbob 1 2 3\nada ${line}\n`],
      ] as const) {
        const path = join(root, 'vectors.txt')
        writeFileSync(path, text)
        await assert.rejects(readVectorFile(path), error => {
          assert.ok(isInputError(error), String(error))
          assert.deepEqual(error.faults[0].where, { file: path, line: at }, text)
          assert.match(error.faults[0].expected.toString(), /"ada"/, text)
          assert.ok(error.faults[0].got.toString().includes(bad.slice(0, 40)), text)
          return true
        })
        cases++
      }
  assert.equal(cases, BAD.length * 9)
})

test('a line with one number too many is refused, also if one of them is infinite', async () => {
  for (const bad of ['inf', 'nan', '1e400']) {
    const path = join(root, 'long.txt')
    writeFileSync(path, `bob 1 2\nada ${bad} 1 2\n`)
    await assert.rejects(readVectorFile(path), error => isInputError(error) && /:2: /.test(error.message))
  }
})

test('the largest float32, and a number too small for one, are numbers', async () => {
  const path = join(root, 'edge.txt')
  writeFileSync(path, 'ada 3.4028234e38 -3.4028234e38 1e-400\n')
  const { matrix } = await readVectorFile(path)
  assert.deepEqual([...matrix], [Math.fround(3.4028234e38), -Math.fround(3.4028234e38), 0])
})

test('in the JSON and binary forms the vector and its word are named', async () => {
  const json = join(root, 'vectors.json')
  writeFileSync(json, '{"dimensions":2,"vectors":{"bob":[1,2],"ada":[1,1e39]}}')
  const binary = join(root, 'vectors.bin')
  const infinite = Buffer.alloc(8)
  infinite.writeFloatLE(Number.POSITIVE_INFINITY, 4)
  writeFileSync(
    binary,
    Buffer.concat([Buffer.from('2 2\nbob '), Buffer.alloc(8, 1), Buffer.from('ada '), infinite]),
  )
  for (const file of [json, binary])
    await assert.rejects(readVectorFile(file), error => {
      assert.ok(isInputError(error), String(error))
      assert.deepEqual(error.faults[0].where, { file, field: 'vector 2' })
      assert.match(error.message, /"ada"/)
      return true
    })
})
