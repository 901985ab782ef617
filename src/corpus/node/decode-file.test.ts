import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoding } from '../decode.js'
import { faultsOf } from '../testing/read-all.js'
import { tempFolder } from '../testing/temp-folder.js'
import { decodeFile } from './decode-file.js'

const { file } = tempFolder()
const latin = file('latin.conll', Buffer.from('caf\xe9\tO\n'.repeat(30), 'latin1'))

async function read(path: string, encoding?: Encoding, guess?: boolean) {
  const notes: string[] = []
  let text = ''
  for await (const piece of decodeFile(path, { encoding, guess, onNote: note => notes.push(note.code) }))
    text += piece
  return { text, notes }
}

test('an encoding is guessed only if none is given', async () => {
  const guessed = await read(latin)
  assert.equal(guessed.text, 'café\tO\n'.repeat(30))
  assert.deepEqual(guessed.notes, ['encoding-guessed'])
  assert.deepEqual(await faultsOf(read(latin, undefined, false)), [`not-utf-8 ${latin}:1`])
  await assert.rejects(read(latin, 'utf-8'), /latin\.conll:1: expected UTF-8, got byte 0xE9 at offset 3/)
  assert.deepEqual(await read(latin, 'latin1'), { text: guessed.text, notes: [] })
})

test('UTF-16 is recognized by its byte order mark, and reported', async () => {
  // Longer than what is read at once, with characters of two units over its edge.
  const text = `\uFEFF${'é😀\tO\n'.repeat(60_000)}`
  const little = Buffer.from(text, 'utf16le')
  for (const [bytes, expected] of [
    [little, 'utf-16le'],
    [Buffer.from(little).swap16(), 'utf-16be'],
  ] as const) {
    const told: Encoding[] = []
    let found = ''
    for await (const piece of decodeFile(file('wide.conll', bytes), {
      onEncoding: name => void told.push(name),
    }))
      found += piece
    assert.ok(found === text)
    assert.deepEqual(told, [expected])
  }
})
