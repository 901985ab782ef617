import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { formatNote, type Message, type Place } from '../../base/fault.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { CorpusError } from '../../corpus/corpus-error.js'
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
  return loadCorpora(
    { ...resolveConfig({ file: { corpus: { train, ...corpus } } }).corpus },
    config.input.columns,
  )
}

/** The references in messages, such as `setting corpus.tagColumn`. */
function referencesIn(messages: readonly (Message | Place)[]): string[] {
  return messages
    .flatMap(message => (Array.isArray(message) ? (message as readonly Place[]) : [message as Place]))
    .flatMap(part => {
      if (typeof part === 'string' || 'file' in part) return []
      if ('verb' in part) return [`verb ${part.verb} with ${(part.options ?? []).map(each => each.option)}`]
      return 'setting' in part ? [`setting ${part.setting}`] : [`option ${part.option}`]
    })
}

test('corpus.offsets says the unit of all files, and a file of its own may have another', async () => {
  const record = (start: number, end: number) =>
    `${JSON.stringify({ text: '😀 Ada Bea', entities: [{ start, end, type: 'PER' }] })}\n`
  const utf16 = file('utf16.jsonl', record(3, 6))
  const points = file('points-too.jsonl', record(2, 5))
  const bytes = file('bytes.jsonl', record(5, 8))
  const config = resolveConfig({
    file: {
      corpus: { train: [points, { file: bytes, offsets: 'byte' }], dev: points, offsets: 'codepoint' },
    },
  })
  const { corpora } = await loadCorpora(config.corpus, config.input.columns)
  const found = [...corpora.train, corpora.dev].map(corpus => corpus?.sentences[0])
  assert.deepEqual(
    found.map(sentence => sentence?.tags),
    Array(3).fill(['O', 'B-PER', 'O']),
  )
  // As UTF-16, the same offsets begin within the emoji or after the name.
  const { corpora: other } = await load(utf16, { offsets: 'utf16' })
  assert.deepEqual(other.train[0].sentences[0].tags, ['O', 'B-PER', 'O'])
})

test('the options of the readers are settings in messages', async () => {
  const points = { text: 'a 😀 Ada', entities: [{ start: 3, end: 4, type: 'PER' }] }
  const either = { text: '😀 Ada Bea', entities: [{ start: 2, end: 5, type: 'PER' }] }
  const cases = [
    [file('tags.conll', 'Ada NNP\nwrote VBD\n'), {}, 'setting corpus.tagColumn'],
    [file('first.conll', 'B-PER Ada\nO wrote\n'), {}, 'setting corpus.tagColumn'],
    [
      file('bytes.conll', Buffer.from('é O\nM\xfcller O\n', 'latin1')),
      { encoding: 'utf-8' },
      'setting corpus.encoding',
    ],
    [file('names.csv', 'a,b\n1,2\n'), {}, 'setting corpus.tokenColumn'],
    [file('prose.txt', 'It rained.\n'), {}, 'setting corpus.format'],
    [file('number.conll', 'Ada B-PER\n'), { tagColumn: 7 }, 'setting corpus.tagColumn'],
    [file('points.jsonl', `${JSON.stringify(points)}\n`), {}, 'setting corpus.offsets'],
    [file('either.jsonl', `${JSON.stringify(either)}\n`), {}, 'setting corpus.offsets'],
  ] as const
  for (const [path, corpus, expected] of cases)
    await assert.rejects(load(path, corpus), (error: unknown) => {
      assert.ok(isInputError(error) && error instanceof CorpusError, String(error))
      const found = error.faults.flatMap(({ where, remedy = '' }) => referencesIn([where, remedy]))
      assert.ok(found.includes(expected), found.join())
      // Nothing can be learned from words alone, so reading only them is not suggested.
      assert.doesNotMatch(error.message, /none/)
      assert.ok(
        found.every(reference => !reference.startsWith('option')),
        found.join(),
      )
      return true
    })
})

test('the options of the readers are settings in notes', async () => {
  const path = file('a --encoding.conll', Buffer.from('Müller B-PER\nhörte O\n'.repeat(12), 'latin1'))
  const { notes } = await load(path)
  assert.equal(notes.length, 1)
  const message = formatNote(notes[0])
  assert.ok(message.startsWith(`${path}:1: `) && message.includes('with corpus.encoding'), message)
})
