import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoding } from '../corpus/decode.js'
import { tempFolder } from '../corpus/testing/temp-folder.js'
import { textPieces } from './text-pieces.js'

const { file } = tempFolder()

async function read(path: string, encoding?: Encoding) {
  const notes: string[] = []
  let text = ''
  for await (const piece of textPieces(path, { encoding, onNote: note => notes.push(note) })) text += piece
  return { text, notes }
}

test('a guessed encoding is told, one that is given is kept to, a byte order mark is left out', async () => {
  const latin = file('latin.txt', Buffer.from('caf\xe9\n'.repeat(30), 'latin1'))
  const guessed = await read(latin)
  assert.equal(guessed.text, 'café\n'.repeat(30))
  assert.match(guessed.notes.join(), /latin\.txt is not UTF-8 .* it is read as windows-1252/)
  await assert.rejects(read(latin, 'utf-8'), /expected UTF-8, got byte 0xE9/)
  assert.deepEqual(await read(file('marked.txt', '\uFEFFAda\uFEFF')), { text: 'Ada\uFEFF', notes: [] })
})
