import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadOptions } from './read-options.js'
import { readText } from './read-text.js'

test('options that a format has no use for are told; words only is a choice everywhere', async () => {
  const notes = async (text: string, name: string, options: ReadOptions) => {
    const found: string[] = []
    for await (const _ of readText([text], name, { ...options, onNote: note => found.push(note) }));
    return found
  }
  const record = '{"tokens":["Ada"]}\n'
  const all = { tagColumn: 'labels', tokenColumn: 7, sentenceColumn: 1, delimiter: 'xx' }
  assert.deepEqual(await notes(record, 'a.jsonl', { ...all, offsets: 'codepoint' }), [
    '--tag-column means nothing in jsonl',
    '--token-column means nothing in jsonl',
    '--sentence-column means nothing in jsonl',
    '--delimiter means nothing in jsonl',
  ])
  assert.deepEqual(await notes('Ada O\n', 'a.conll', { offsets: 'utf16', sentenceColumn: 2 }), [
    '--sentence-column means nothing in conll',
    '--offsets means nothing in conll',
  ])
  assert.deepEqual(await notes(record, 'a.jsonl', { tagColumn: 'none', offsets: 'utf16' }), [])
  assert.deepEqual(await notes('[Ada](PER)\n', 'a.markup', { tagColumn: 'none' }), [])
})
