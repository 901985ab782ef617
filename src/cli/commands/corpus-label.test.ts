import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder('nerite-label-')
after(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)
writeFileSync(at('cities.yaml'), 'rules:\n  - type: LOC\n    names: [Lima, New York]\n')
writeFileSync(at('text.txt'), 'They flew to Lima. Nobody knows Oslo.\nNew York is large.\n')

test('a silver corpus has all sentences; a partial one those with names, of which only these are labeled', async () => {
  const whole = await runCli(
    'corpus',
    'label',
    at('cities.yaml'),
    at('text.txt'),
    '--out',
    at('s.jsonl'),
    '--json',
  )
  assert.equal(whole.code, 0, whole.stderr)
  const { sentences, read, entities } = JSON.parse(whole.stdout)
  assert.deepEqual([sentences, read, entities], [3, 3, { LOC: 2 }])
  const silver = await loadCorpus(at('s.jsonl'))
  assert.deepEqual(
    silver.sentences.map(({ tags, annotated }) => [tags.join(' '), annotated]),
    [
      ['O O O B-LOC O', undefined],
      ['O O O O', undefined],
      ['B-LOC I-LOC O O O', undefined],
    ],
  )
  const part = await runCli(
    'corpus',
    'label',
    at('cities.yaml'),
    at('text.txt'),
    '--partial',
    '--out',
    at('p.jsonl'),
  )
  assert.equal(part.code, 0, part.stderr)
  const partial = await loadCorpus(at('p.jsonl'))
  assert.deepEqual(
    partial.sentences.map(({ annotated }) => annotated?.tokens),
    [
      [false, false, false, true, false],
      [true, true, false, false, false],
    ],
  )
  const again = await runCli('corpus', 'label', at('cities.yaml'), at('text.txt'), '--out', at('s.jsonl'))
  assert.deepEqual([again.code, again.errorCode], [2, 'output/place'])
  assert.equal(readFileSync(at('s.jsonl'), 'utf8').split('\n').length, 4)
  const none = await runCli('corpus', 'label', at('cities.yaml'), at('none.txt'), '--out', at('x.jsonl'))
  assert.deepEqual([none.code, none.errorCode, existsSync(at('x.jsonl'))], [2, 'vectors/text', false])
})

test('documents stay apart: those that a corpus marks, each file of text', async () => {
  const records = [
    ['Lima', 'a'],
    ['Oslo', 'a'],
    ['Lima', 'b'],
  ].map(([token, document]) => JSON.stringify({ tokens: [token, 'is'], tags: ['O', 'O'], document }))
  writeFileSync(at('c.jsonl'), `${records.join('\n')}\n`)
  const { code, stderr } = await runCli(
    ...['corpus', 'label', at('cities.yaml'), at('c.jsonl'), at('text.txt'), '--out', at('d.jsonl')],
  )
  assert.equal(code, 0, stderr)
  const { sentences } = await loadCorpus(at('d.jsonl'))
  assert.deepEqual(
    sentences.map(({ document }) => document),
    [0, 0, 1, 2, 2, 2],
  )
})
