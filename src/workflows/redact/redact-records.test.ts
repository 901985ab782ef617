import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordsOf } from './redact-records.js'

const redacted = (content: string, format: 'jsonl' | 'csv', ...fields: readonly string[]) => {
  const records = recordsOf(content, format, fields, 'x')
  assert.equal(records.map(record => record.write(record.texts)).join(''), content)
  return records.map(record => record.write(record.texts.map(() => 'X'))).join('')
}

test('all columns of a name, and all fields of a name, are read', () => {
  assert.equal(redacted('a,b,a\n1,2,3\n', 'csv', 'a'), 'a,b,a\nX,2,X\n')
  assert.equal(
    redacted('{"a":"1","b":"2","\\u0061":"3"}\n', 'jsonl', 'a'),
    '{"a":"X","b":"2","\\u0061":"X"}\n',
  )
  assert.equal(redacted('{"b":{"a":"1"},"a":"\\\\"}', 'jsonl', 'a'), '{"b":{"a":"1"},"a":"X"}')
  assert.equal(
    redacted('{"a":"1"}\n{"b":"1"}\n{"a":null}\n', 'jsonl', 'a'),
    '{"a":"X"}\n{"b":"1"}\n{"a":null}\n',
  )
})

test('a field that no record has is refused', () => {
  for (const content of ['{"body":"1"}\n', '{"b":{"text":"1"}}'])
    assert.throws(() => redacted(content, 'jsonl', 'text'), { code: 'redact/records' })
  assert.throws(() => redacted('{"text":"1"}', 'jsonl', 'text', 'body'), { code: 'redact/records' })
  assert.equal(redacted('', 'jsonl', 'text'), '')
})

test('a byte order mark stays, and belongs to no name', () => {
  assert.equal(redacted('\uFEFF"a",b\n1,2', 'csv', 'a'), '\uFEFF"a",b\nX,2')
  assert.equal(redacted('\uFEFFa,b\n1,2', 'csv', 'a'), '\uFEFFa,b\nX,2')
  assert.equal(redacted('\uFEFF{"a":"1"}', 'jsonl', 'a'), '\uFEFF{"a":"X"}')
})

test('a long text in JSON is read', () => {
  const text = 'a"\\'.repeat(2_000_000)
  const [record] = recordsOf(JSON.stringify({ text }), 'jsonl', ['text'], 'x')
  assert.equal(record.texts[0], text)
})
