import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
    const loop = join(root, 'loop')
    symlinkSync(loop, loop)
    for (const [path, got] of [
      [file, /got an empty file/],
      [join(root, 'none'), /got no such file/],
      [root, /expected a list of names, one per line, got a folder/],
      [loop, /got links that lead to each other/],
    ] as const)
      await assert.rejects(
        readGazetteer({ file: path, ignoreCase: false }),
        (error: unknown) => error instanceof EncodeError && got.test(error.message),
      )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

test('a list is read in the given encoding, and as UTF-16 if it has a byte order mark', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nerite-gazetteer-'))
  try {
    const file = join(root, 'cities.txt')
    const entries = ['Orléans', 'Århus', 'Besançon']
    const wide = Buffer.from(`\uFEFF${entries.join('\r\n')}\r\n`, 'utf16le')
    const cases = [
      [Buffer.from(entries.join('\n'), 'latin1'), 'latin1'],
      [Buffer.from(entries.join('\n'), 'latin1'), 'windows-1252'],
      [wide, undefined],
      [Buffer.from(wide).swap16(), undefined],
    ] as const
    for (const [bytes, encoding] of cases) {
      writeFileSync(file, bytes)
      assert.deepEqual((await readGazetteer({ file, ignoreCase: false, encoding })).entries, entries)
    }
    writeFileSync(file, wide.subarray(0, wide.length - 3))
    await assert.rejects(
      readGazetteer({ file, ignoreCase: false }),
      /cities\.txt:3: expected UTF-16, as the byte order mark says, got half a character; save the file again/,
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
        /cities\.txt:1: expected UTF-8, got byte 0xE9 at offset 3; save the list as UTF-8, or set its encoding/.test(
          error.message,
        ),
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
