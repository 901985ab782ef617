import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Encoding } from '../corpus/decode.js'
import { tempFolder } from '../corpus/testing/temp-folder.js'
import { textPieces } from './text-pieces.js'

const { file } = tempFolder()

async function read(path: string, encoding?: Encoding) {
  const notes: string[] = []
  let text = ''
  for await (const piece of textPieces(path, { encoding, onNote: note => notes.push(note.code) }))
    text += piece
  return { text, notes }
}

test('a guessed encoding has a note, a given one is used as it is, a byte order mark is left out', async () => {
  const latin = file('latin.txt', Buffer.from('caf\xe9\n'.repeat(30), 'latin1'))
  const guessed = await read(latin)
  assert.equal(guessed.text, 'café\n'.repeat(30))
  assert.deepEqual(guessed.notes, ['encoding-guessed'])
  await assert.rejects(read(latin, 'utf-8'), /expected UTF-8, got byte 0xE9/)
  assert.deepEqual(await read(file('marked.txt', '\uFEFFAda\uFEFF')), { text: 'Ada\uFEFF', notes: [] })
})

test('standard input is read as UTF-8, and as UTF-16 where its byte order mark says so', () => {
  const program = `
    import { textPieces } from ${JSON.stringify(new URL('text-pieces.js', import.meta.url).href)}
    try {
      for await (const piece of textPieces('-')) process.stdout.write(piece)
    } catch (error) {
      process.stdout.write(error.name + ' ' + error.message)
    }`
  const piped = (input: Uint8Array) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program], { input, encoding: 'utf8' }).stdout
  const wide = Buffer.from('\uFEFFAda\nZoë 😀\n', 'utf16le')
  assert.equal(piped(Buffer.from('\uFEFFZoë\n')), 'Zoë\n')
  assert.equal(piped(wide), 'Ada\nZoë 😀\n')
  assert.equal(piped(Buffer.from(wide).swap16()), 'Ada\nZoë 😀\n')
  assert.match(piped(wide.subarray(0, -3)), /InputError standard input:2: expected UTF-16/)
})
