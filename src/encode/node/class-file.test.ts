import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { temporaryFolder } from '../../base/node/temporary.js'
import { isVectorWord } from '../fixed-vectors.js'
import { classLookup, isWordClassList } from '../word-classes.js'
import { classFileText, readClassFile } from './class-file.js'

test('what is written is read: every word with its path, and its other spellings', async () => {
  using folder = temporaryFolder('nerite-classes-')
  const path = join(folder.path, 'own.paths')
  const word = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter(isVectorWord)
  const line = fc.record({
    path: fc.stringMatching(/^[01]{1,12}$/),
    word,
    count: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(line, { selector: each => each.word, minLength: 1 }),
      fc.boolean(),
      async (lines, isPacked) => {
        const text = classFileText(lines)
        writeFileSync(path, isPacked ? gzipSync(text) : text)
        const list = await readClassFile({ file: path })
        assert.ok(isWordClassList(JSON.parse(JSON.stringify(list))))
        assert.equal(list.name, 'own')
        const pathOf = classLookup(list)
        for (const own of lines) assert.equal(pathOf(own.word), own.path)
        assert.equal(list.classes.flatMap(({ words }) => words.split(' ')).length, lines.length)
      },
    ),
    { numRuns: 60 },
  )
  writeFileSync(path, '01\tlondon\t3\r\n1\t0000\r\n')
  const pathOf = classLookup(await readClassFile({ file: path, name: 'b' }))
  assert.deepEqual(['LONDON', '1984', 'x'].map(pathOf), ['01', '1', undefined])
})

test('files that are none are refused, with the line', async () => {
  using folder = temporaryFolder('nerite-classes-')
  const path = join(folder.path, 'own.paths')
  const bad: readonly (readonly [string | Uint8Array, number | undefined])[] = [
    ['', undefined],
    ['\n\n', undefined],
    ['01\ta\t1\n02\tb\t1\n', 2],
    ['01\ta\t1\n01\ta\t1\n', 2],
    ['01 a 1\n', 1],
    ['01\ta\tx\n', 1],
    ['01\t\t1\n', 1],
    ['01\ta\t1\t2\n', 1],
    [`${'0'.repeat(300)}\ta\t1\n`, 1],
    [Buffer.from('01\tcaf\xe9\t1\n', 'latin1'), undefined],
    [gzipSync('01\ta\t1\n').subarray(0, 15), undefined],
  ]
  for (const [content, line] of bad) {
    writeFileSync(path, content)
    await assert.rejects(
      readClassFile({ file: path }),
      (error: { code: string; faults: { where: { file: string; line?: number } }[] }) =>
        error.code === 'encode/classes' &&
        error.faults[0].where.file === path &&
        error.faults[0].where.line === line,
      String(content).slice(0, 20),
    )
  }
  await assert.rejects(readClassFile({ file: folder.path }), { code: 'encode/classes' })
  await assert.rejects(readClassFile({ file: join(folder.path, 'none') }), { code: 'encode/classes' })
  assert.equal(bad.length, 11)
  const lists: unknown[] = [
    null,
    { name: 'a' },
    { name: 'a', classes: [{ path: '2', words: 'x' }] },
    {
      name: 'a',
      classes: [
        { path: '1', words: 'x y' },
        { path: '0', words: 'y' },
      ],
    },
    {
      name: 'a',
      classes: [
        { path: '1', words: 'a' },
        { path: '1', words: 'b' },
      ],
    },
  ]
  assert.deepEqual(lists.filter(isWordClassList), [])
})
