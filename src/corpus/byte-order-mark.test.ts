import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWriter } from './create-writer.js'
import { readText } from './read-text.js'
import type { Sentence } from './sentence.js'
import { withoutByteOrderMark } from './split-lines.js'

test('a mark is left out at the very start only, however the text is cut', async () => {
  for (const pieces of [
    ['\uFEFFa\uFEFFb\n', '\uFEFFc'],
    ['', '\uFEFF', 'a\uFEFFb\n\uFEFFc'],
  ]) {
    let text = ''
    for await (const piece of withoutByteOrderMark(pieces)) text += piece
    assert.equal(text, 'a\uFEFFb\n\uFEFFc')
  }
})

test('text that never was bytes is read without its mark, and a word that begins with one comes back', async () => {
  const read = async (text: string, name: string) => {
    const sentences: Sentence[] = []
    for await (const each of readText([text], name)) sentences.push(each)
    return sentences
  }
  assert.deepEqual((await read('\uFEFF{"tokens":["Ada"]}\n', 'a.jsonl'))[0].tokens, ['Ada'])
  assert.deepEqual((await read('\uFEFFAda O\n', 'a.conll'))[0].tokens, ['Ada'])
  for (const format of ['conll', 'csv', 'jsonl', 'markup'] as const) {
    const text = createWriter(format).write({ tokens: ['\uFEFFAda'], tags: ['O'], lines: [1] })
    assert.deepEqual((await read(text, `a.${format}`))[0].tokens, ['\uFEFFAda'], format)
  }
})
