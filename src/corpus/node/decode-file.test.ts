import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoding } from '../decode.js'
import { tempFolder } from '../testing/temp-folder.js'
import { decodeFile } from './decode-file.js'

const { file } = tempFolder()
const latin = file('latin.conll', Buffer.from('caf\xe9\tO\n'.repeat(30), 'latin1'))

async function read(path: string, encoding?: Encoding) {
  const notes: string[] = []
  let text = ''
  for await (const piece of decodeFile(path, { encoding, onNote: note => notes.push(note) })) text += piece
  return { text, notes }
}

test('an encoding is guessed only where none is given', async () => {
  const guessed = await read(latin)
  assert.equal(guessed.text, 'café\tO\n'.repeat(30))
  assert.match(guessed.notes.join(), /is read as windows-1252 \(--encoding says otherwise\)/)
  await assert.rejects(read(latin, 'utf-8'), /latin\.conll:1: expected UTF-8, got byte 0xE9 at offset 3/)
  assert.deepEqual(await read(latin, 'latin1'), { text: guessed.text, notes: [] })
})
