import assert from 'node:assert/strict'
import { test } from 'node:test'
import { option } from '../base/fault.js'
import type { ReadOptions } from './read-options.js'
import { readText } from './read-text.js'

test('options without effect in a format are noted; every format can be read without tags', async () => {
  const notes = async (text: string, name: string, options: ReadOptions) => {
    const found: unknown[] = []
    const reading = readText([text], name, {
      ...options,
      onNote: ({ code, message }) => {
        assert.equal(code, 'unused-option')
        found.push(Array.isArray(message) && message[0])
      },
    })
    for await (const _ of reading);
    return found
  }
  const record = '{"tokens":["Ada"]}\n'
  const all = { tagColumn: 'labels', tokenColumn: 7, sentenceColumn: 1, delimiter: 'xx' }
  assert.deepEqual(await notes(record, 'a.jsonl', { ...all, offsets: 'codepoint' }), [
    option('tagColumn'),
    option('tokenColumn'),
    option('sentenceColumn'),
    option('delimiter'),
  ])
  assert.deepEqual(await notes('Ada O\n', 'a.conll', { offsets: 'utf16', sentenceColumn: 2 }), [
    option('sentenceColumn'),
    option('offsets'),
  ])
  assert.deepEqual(await notes(record, 'a.jsonl', { tagColumn: 'none', offsets: 'utf16' }), [])
  assert.deepEqual(await notes('[Ada](PER)\n', 'a.markup', { tagColumn: 'none' }), [])
})
