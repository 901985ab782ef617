import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readSentences } from '../node/read-corpus.js'
import { writeSentences } from '../node/write-sentences.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { type FoundText, foundIn, oracleFile, oracleRecords } from '../testing/oracle-formats.js'
import { faultsOf } from '../testing/read-all.js'

interface FoundTokens {
  readonly tokens: readonly string[]
  readonly tags: readonly string[]
}

const folder = mkdtempSync(join(tmpdir(), 'nerite-table-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const oraclePath = (name: string) => fileURLToPath(oracleFile(name))

async function readAll(path: string, options: ReadOptions = {}) {
  const sentences: Sentence[] = []
  const notes: string[] = []
  for await (const each of readSentences(path, { ...options, onNote: ({ code }) => void notes.push(code) }))
    sentences.push(each)
  return { sentences, notes }
}

const tokensOf = (sentences: readonly Sentence[]) => sentences.map(({ tokens, tags }) => ({ tokens, tags }))
const TOKENS = oracleRecords<FoundTokens>('tokens.expected.jsonl').filter(({ tokens }) => tokens.length > 0)
const TEXTS = oracleRecords<FoundText>('texts.expected.jsonl').filter(({ text }) => text.trim() !== '')

test('tokens with numbered tags, as datasets writes them to Parquet and Arrow: names from its features', async () => {
  assert.equal(TOKENS.length, 26)
  for (const name of ['tokens.parquet', 'tokens.arrow']) {
    const { sentences, notes } = await readAll(oraclePath(name))
    assert.deepEqual(tokensOf(sentences), TOKENS, name)
    assert.deepEqual(
      sentences[1].columns?.pos_tags,
      TOKENS[1].tokens.map((_, i) => (i % 2 ? 'VB' : 'NN')),
    )
    assert.deepEqual(notes, ['unread-key', 'empty-rows'])
  }
})

test('texts with entities in Parquet: what they hold shows the unit of their offsets', async () => {
  const { sentences } = await readAll(oraclePath('texts.parquet'))
  assert.equal(TEXTS.length, 26)
  assert.deepEqual(foundIn(sentences, 'codepoint'), TEXTS)
})

test('every compression, both page versions, tags by name, any name of the file', async () => {
  const files = ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4', 'v2'].map(
    codec => `plain-${codec}.parquet`,
  )
  for (const file of [...files, 'plain-file.arrow']) {
    assert.deepEqual(tokensOf((await readAll(oraclePath(file))).sentences), TOKENS, file)
    const other = join(folder, `${file}.data`)
    writeFileSync(other, readFileSync(oraclePath(file)))
    const { sentences, notes } = await readAll(other)
    assert.equal(sentences.length, TOKENS.length)
    assert.equal(notes[0], 'format-found')
  }
  assert.equal(files.length, 7)
  const { sentences } = await readAll(oraclePath('dictionary.arrow'))
  assert.deepEqual(
    sentences.map(({ text, tags }) => ({ text, tags })),
    TEXTS.map(({ text }) => ({ text, tags: [] })),
  )
})

test('tiny pages, which do not end where rows do, in columns that have others', async () => {
  for (const kind of ['v1', 'v1-plain', 'v2']) {
    assert.deepEqual(
      tokensOf((await readAll(oraclePath(`tokens-pages-${kind}.parquet`))).sentences),
      TOKENS,
      kind,
    )
    const { sentences } = await readAll(oraclePath(`texts-pages-${kind}.parquet`))
    assert.deepEqual(foundIn(sentences, 'codepoint'), TEXTS, kind)
  }
})

test('numbers without names are refused; labels names them, or only the words are read', async () => {
  const path = oraclePath('unnamed.parquet')
  assert.deepEqual(await faultsOf(readAll(path)), [`unnamed-tags ${path}`])
  const labels = ['O', ...['PER', 'ORG', 'LOC', 'DATE'].flatMap(type => [`B-${type}`, `I-${type}`])]
  assert.deepEqual(tokensOf((await readAll(path, { labels })).sentences), TOKENS)
  assert.deepEqual(
    (await faultsOf(readAll(path, { labels: labels.slice(0, 5) })))[0],
    `bad-tag ${path}: record 1`,
  )
  const { sentences } = await readAll(path, { tagColumn: 'none' })
  assert.deepEqual(
    sentences.map(({ tokens, tags }) => ({ tokens, tags })),
    TOKENS.map(({ tokens }) => ({ tokens, tags: [] })),
  )
  assert.deepEqual(await faultsOf(readAll(path, { tagColumn: 'ner' })), ['corpus/options tagColumn'])
})

test('Parquet that is written and read again says the same, over several row groups', async () => {
  const made: Sentence[] = Array.from({ length: 2100 }, (_, i) => ({
    ...TOKENS[i % TOKENS.length],
    ...(i % 26 === 7 && { tags: [] }),
    columns: { pos: TOKENS[i % TOKENS.length].tokens.map(token => [...token][0]) },
    document: Math.floor(i / 10),
    documentName: `d${Math.floor(i / 10)}`,
    lines: [i + 1],
  }))
  const path = join(folder, 'written.parquet')
  const { losses } = await writeSentences(path, made, { format: 'parquet' })
  assert.deepEqual(losses, [])
  assert.deepEqual((await readAll(path)).sentences, made)
})

test('an Arrow stream without its end is noted, and a file without it or with compressed batches is refused', async () => {
  const cut = (name: string, bytes: number) => {
    const whole = readFileSync(oraclePath(name))
    const path = join(folder, `cut-${bytes}-${name}`)
    writeFileSync(path, whole.subarray(0, whole.length - bytes))
    return path
  }
  const { sentences, notes } = await readAll(cut('tokens.arrow', 8))
  assert.deepEqual(tokensOf(sentences), TOKENS)
  assert.ok(notes.includes('no-end'))
  const file = cut('plain-file.arrow', 2)
  assert.deepEqual(await faultsOf(readAll(file)), [`bad-arrow ${file}`])
  const compressed = oraclePath('compressed.arrow')
  assert.deepEqual(await faultsOf(readAll(compressed)), [`compressed-arrow ${compressed}`])
})
