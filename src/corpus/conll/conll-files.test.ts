// Column files of other programs, with what their own readers find: see oracles/formats/conll_files.py.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createWriter } from '../create-writer.js'
import { spansOf } from '../sentence-text.js'
import { oracleFile, oracleRecords } from '../testing/oracle-formats.js'
import { readAll } from '../testing/read-all.js'

interface Found {
  readonly tokens: readonly string[]
  readonly tags: readonly string[]
  readonly spans?: readonly (readonly [start: number, end: number, type: string])[]
}

for (const key of ['ner', 'entity'])
  test(`CoNLL-U with ${key} in MISC: the tokens and tags that the library conllu finds`, async () => {
    const expected = oracleRecords<Found>(`${key}-misc.expected.jsonl`)
    assert.equal(expected.length, 26)
    const text = readFileSync(oracleFile(`${key}-misc.conllu`), 'utf8')
    const { sentences, notes } = await readAll(text, 'a.conllu')
    assert.deepEqual(
      sentences.map(({ tokens, tags }) => ({ tokens, tags })),
      expected,
    )
    assert.deepEqual(notes, ['misc-tags', 'numbered-rows', 'comments'])
  })

test('BMES: the tags, and the entities that they are', async () => {
  const expected = oracleRecords<Found>('bmes.expected.jsonl')
  assert.equal(expected.length, 26)
  const { sentences } = await readAll(readFileSync(oracleFile('bmes.conll'), 'utf8'), 'bmes.conll')
  assert.deepEqual(
    sentences.map(sentence => ({
      tokens: sentence.tokens,
      tags: sentence.tags,
      spans: spansOf(sentence).map(({ start, end, type }) => [start, end, type]),
    })),
    expected,
  )
  const writer = createWriter('conll')
  const written = sentences.map(each => writer.write(each)).join('')
  const again = await readAll(written, 'a.conll')
  assert.deepEqual(
    again.sentences.map(({ tags }) => tags),
    expected.map(({ tags }) => tags),
  )
})
