import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.js'
import { splitLines } from './split-lines.js'
import { faultsOf } from './testing/read-all.js'

test('the limit is of a line, not of a piece', async () => {
  const line = 'x'.repeat(1 << 20)
  let lines = 0
  for await (const block of splitLines([`${line}\n`.repeat(70)])) lines += 'part' in block ? 0 : block.length
  assert.equal(lines, 70)
  const endless = Array.from({ length: 70 }, () => line)
  const reading = async () => {
    for await (const _ of readText(endless, 'a.conll'));
  }
  assert.deepEqual(await faultsOf(reading()), ['long-line a.conll'])
})

test('lines before a long one are lines, however short', async () => {
  const found: string[] = []
  for await (const block of splitLines(['a\nb\n', 'c', 'x'.repeat(1 << 17), 'y\n', 'd']))
    found.push(...('part' in block ? ['a part'] : block.map(line => line[0])))
  assert.deepEqual(found, ['a', 'b', 'c', 'd'])
  const blocks = []
  for await (const block of splitLines(['a\n', 'x'.repeat((1 << 26) + 1), 'y\nz'])) blocks.push(block)
  assert.deepEqual(
    blocks.map(block => ('part' in block ? block.part.length : block)),
    [['a'], (1 << 26) + 1, ['y'], ['z']],
  )
})

test('lines that end with CR alone are refused, not read as one', async () => {
  const tokens = async (text: string, name: string) => {
    const found: string[] = []
    for await (const sentence of readText([text], name)) found.push(...sentence.tokens)
    return found
  }
  const table = 'Word,Tag\rAda,B-PER\rwrote,O\r'
  for (const [text, name] of [
    ['Ada\tB-PER\rwrote\tO\r', 'a.conll'],
    ['Ada\tB-PER\rwrote\tO\r', 'unnamed'],
    [table, 'a.csv'],
    [table, 'unnamed'],
    ['[Ada](PER) wrote\r[Bob](PER) left', 'a.markup'],
  ])
    assert.deepEqual(await faultsOf(tokens(text, name)), [`line-ends ${name}`])
  // White space in JSON, a line's end, and text in a quoted field.
  assert.deepEqual(await tokens('[\r{"tokens":\r["Ada"]}\r]', 'unnamed'), ['Ada'])
  assert.deepEqual(await tokens('Ada O\r', 'a.conll'), ['Ada'])
  assert.deepEqual(await tokens('Word,"a\rb",Tag\r\n"x\ry",1,O\r\n', 'a.csv'), ['x\ry'])
})
