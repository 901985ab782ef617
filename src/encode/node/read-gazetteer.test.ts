import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { EncodeError } from '../encode-error.js'
import { readGazetteer } from './read-gazetteer.js'

test('a list is read line by line; a file without names is refused', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nerite-gazetteer-'))
  try {
    const file = join(root, 'cities.en.txt')
    writeFileSync(file, '\uFEFFNew York\r\n\r\n  Århus \nNew York\nSt. Louis')
    assert.deepEqual(await readGazetteer({ file, ignoreCase: true }), {
      name: 'cities.en',
      ignoreCase: true,
      entries: ['New York', 'Århus', 'St. Louis'],
    })
    assert.equal((await readGazetteer({ file, name: 'towns', ignoreCase: false })).name, 'towns')
    writeFileSync(file, ' \n\n')
    for (const [path, got] of [
      [file, /got an empty file/],
      [join(root, 'none'), /got no such file/],
      [root, /got no such file/],
    ] as const)
      await assert.rejects(
        readGazetteer({ file: path, ignoreCase: false }),
        (error: unknown) => error instanceof EncodeError && got.test(error.message),
      )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

test('a list in another encoding is refused, not guessed at', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nerite-gazetteer-'))
  try {
    const file = join(root, 'cities.txt')
    writeFileSync(file, Buffer.from('Orl\xe9ans\n'.repeat(30), 'latin1'))
    await assert.rejects(
      readGazetteer({ file, ignoreCase: false }),
      (error: unknown) =>
        error instanceof EncodeError &&
        /cities\.txt:1: expected UTF-8, got byte 0xE9 at offset 3; save the list as UTF-8/.test(
          error.message,
        ),
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
