import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { CorpusError } from '../corpus-error.js'
import { loadCorpus } from '../node/read-corpus.js'
import { readText } from '../read-text.js'
import type { Sentence } from '../sentence.js'
import { textEntities, textOf } from '../sentence-text.js'
import { faultsOf } from '../testing/read-all.js'
import { ArrayElements } from './array-elements.js'

const STOCKMARK = '../shared/corpora/ja_stockmark/ner.json'

async function read(text: string, name: string): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const each of readText([text], name)) sentences.push(each)
  return sentences
}

test('a JSON array is read like its elements one per line, however it is laid out', async () => {
  const records = [
    { text: 'Ada [wrote] "a, \\ {b".', entities: [{ start: 0, end: 3, type: 'PER' }] },
    { tokens: ['Rome', ']'], tags: ['B-LOC', 'O'] },
  ]
  const expected = await read(records.map(record => JSON.stringify(record)).join('\n'), 'a.jsonl')
  const without = (sentences: readonly Sentence[]) => sentences.map(({ lines: _lines, ...rest }) => rest)
  for (const space of [undefined, 2, '\t'])
    for (const end of ['', '\n', '\r\n\r\n']) {
      const text = `${end}${JSON.stringify(records, null, space).replaceAll('\n', end.includes('\r') ? '\r\n' : '\n')}${end}`
      const sentences = await read(text, 'a.json')
      assert.deepEqual(without(sentences), without(expected))
    }
  const [first, second] = await read(JSON.stringify(records, null, 2), 'a.json')
  assert.deepEqual([first.lines, second.lines], [[2], [12]])
  const pairs = [[records[0].text, { entities: [[0, 3, 'PER']] }]]
  assert.deepEqual(without(await read(JSON.stringify(pairs), 'a.json')), without(expected).slice(0, 1))
})

test('a fault in an array on one line has the number of its record', async () => {
  const good = { tokens: ['Rome'], tags: ['B-LOC'] }
  const bad = { tokens: ['Rome'], tags: ['LOC!', 'O'] }
  await assert.rejects(read(JSON.stringify([good, bad, good, bad]), 'a.json'), (error: unknown) => {
    assert.ok(error instanceof CorpusError)
    assert.deepEqual(
      error.faults.map(({ where }) => where),
      [2, 4].map(record => ({ file: 'a.json', line: 1, field: `record ${record}` })),
    )
    return true
  })
})

test('the elements of any array are found, each with the line on which it begins', () => {
  let elements = 0
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 3), (values, indent) => {
      const array = new ArrayElements(1)
      const lines = JSON.stringify(values, null, indent).split('\n')
      const found = lines.flatMap(line => array.push(line))
      assert.equal(array.finish(), undefined)
      assert.deepEqual(
        found.map(each => ('text' in each ? JSON.parse(each.text) : each)),
        JSON.parse(JSON.stringify(values)),
      )
      for (const each of found)
        if (indent > 0 && 'text' in each)
          assert.ok(lines[each.line - 1].trim().startsWith(each.text.split('\n')[0].trim().slice(0, 5)))
      elements += found.length
    }),
    { seed: 3, numRuns: 300 },
  )
  assert.ok(elements > 300, `${elements} elements`)
})

test('lines in parts give the same elements, wherever they are split', () => {
  let parts = 0
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.constantFrom(0, 1),
      fc.integer({ min: 1, max: 9 }),
      (values, indent, size) => {
        const lines = JSON.stringify(values, null, indent).split('\n')
        const [whole, cut] = [new ArrayElements(1), new ArrayElements(1)]
        const expected = lines.flatMap(line => whole.push(line))
        const found = lines.flatMap(line => {
          const pieces = line.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? ['']
          parts += pieces.length - 1
          return pieces.flatMap((piece, i) => cut.push(piece, i < pieces.length - 1))
        })
        assert.equal(cut.finish(), undefined)
        assert.deepEqual(found, expected)
      },
    ),
    { seed: 7, numRuns: 200 },
  )
  assert.ok(parts > 500, `${parts} parts`)
})

test('an array on one line may be longer than a line of records', async () => {
  const record = `{"tokens":["${'x'.repeat(1 << 20)}"]}`
  let records = 0
  const array = Array.from({ length: 70 }, (_, i) => `${i > 0 ? ',' : '['}${record}`)
  for await (const { lines } of readText([...array, ']'], 'a.json')) {
    assert.deepEqual(lines, [1])
    records++
  }
  assert.equal(records, 70)
  const lines = async () => {
    for await (const _ of readText(array.slice(0, 66).with(0, record), 'a.jsonl'));
  }
  assert.deepEqual(await faultsOf(lines()), ['long-line a.jsonl'])
})

test('ja_stockmark, an array over many lines, is read whole', {
  skip: existsSync(STOCKMARK) ? false : 'the shared corpora are not here',
}, async () => {
  const { sentences, format } = await loadCorpus(STOCKMARK, { offsets: 'codepoint' })
  const texts = JSON.parse(readFileSync(STOCKMARK, 'utf8')) as { text: string; entities: unknown[] }[]
  assert.equal(format, 'jsonl')
  assert.equal(sentences.length, 5343)
  assert.deepEqual(
    sentences.map(({ text }) => text),
    texts.map(({ text }) => text),
  )
  const begun = sentences.reduce((sum, each) => sum + textEntities(each, textOf(each)).length, 0)
  assert.equal(
    begun,
    texts.reduce((sum, { entities }) => sum + entities.length, 0),
  )
})
