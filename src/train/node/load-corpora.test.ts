import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import type { PartialConfig } from '../../config/schema.js'
import { CorpusError } from '../../corpus/corpus-error.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { temporaryFolder, tinyConfig } from '../testing/tiny-run.js'
import { loadCorpora } from './load-corpora.js'

const folder = temporaryFolder()
after(folder.remove)

function file(name: string, content: string | Buffer): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}

function load(train: string, corpus: PartialConfig['corpus'] = {}) {
  const config = tinyConfig()
  return loadCorpora({ ...config.corpus, dev: null, train, ...corpus }, config.input)
}

test('what the readers advise is called as the settings of training are', async () => {
  const points = { text: 'a 😀 Ada', entities: [{ start: 3, end: 4, type: 'PER' }] }
  const cases = [
    [
      file('tags.conll', 'Ada PER\nwrote O\n'),
      {},
      /; mend the tag or choose the column with --corpus\.tagColumn$/,
    ],
    [file('first.conll', 'B-PER Ada\nO wrote\n'), {}, /tags seem to be in column 1: --corpus\.tagColumn 1$/m],
    [
      file('bytes.conll', Buffer.from('é O\nM\xfcller O\n', 'latin1')),
      { encoding: 'utf-8' },
      /--corpus\.encoding/,
    ],
    [file('names.csv', 'a,b\n1,2\n'), {}, /--corpus\.tokenColumn$/m],
    [file('prose.txt', 'It rained.\n'), {}, /--corpus\.format/],
    [file('number.conll', 'Ada B-PER\n'), { tagColumn: 7 }, /^corpus\.tagColumn: expected a column number/],
    [
      file('points.jsonl', `${JSON.stringify(points)}\n`),
      {},
      /pass nerite corpus convert --offsets codepoint/,
    ],
    // What stands in the corpus is told as it stands there.
    [
      file('rows.conll', 'Ada B-PER\nwrote O\n--format --encoding O\n'),
      {},
      /got 3 in "--format --encoding O"/,
    ],
  ] as const
  for (const [path, corpus, expected] of cases)
    await assert.rejects(load(path, corpus), (error: unknown) => {
      assert.ok(isInputError(error) && error instanceof CorpusError, String(error))
      assert.match(error.message, expected)
      const advice = error.faults.map(({ where, remedy = '' }) => `${where} ${remedy}`).join('\n')
      assert.doesNotMatch(advice, /(?<!convert )--(?!corpus\.)/)
      return true
    })
})

test('notes of the readers speak of settings too, and leave the name of the file alone', async () => {
  const path = file('a --encoding.conll', Buffer.from('Müller B-PER\nhörte O\n'.repeat(12), 'latin1'))
  const { notes } = await load(path)
  assert.deepEqual(
    notes.map(({ message }) => message),
    (await loadCorpus(path)).notes.map(note =>
      note.replace('(--encoding says otherwise)', '(--corpus.encoding says otherwise)'),
    ),
  )
  assert.equal(notes.length, 1)
  assert.ok(notes[0].message.startsWith(path) && notes[0].message.includes('--corpus.encoding'))
})
