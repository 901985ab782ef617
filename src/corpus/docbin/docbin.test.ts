import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deflateSync, inflateSync } from 'node:zlib'
import { isInputError } from '../../base/errors.js'
import { readSentences } from '../node/read-corpus.js'
import { writeSentences } from '../node/write-sentences.js'
import type { Sentence } from '../sentence.js'
import { type FoundText, foundIn, oracleFile, oracleRecords } from '../testing/oracle-formats.js'
import { stringHash } from './string-hash.js'

interface FoundDoc extends FoundText {
  readonly tokens: readonly string[]
  readonly missing: readonly number[]
}

const folder = mkdtempSync(join(tmpdir(), 'nerite-docbin-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function readAll(path: string) {
  const sentences: Sentence[] = []
  const notes: string[] = []
  for await (const each of readSentences(path, { onNote: ({ code }) => void notes.push(code) }))
    sentences.push(each)
  return { sentences, notes }
}

const DOCS = oracleRecords<FoundDoc>('docs.spacy.jsonl').filter(({ text }) => text.trim() !== '')
const report = (docs: readonly FoundDoc[]) => docs.map(({ text, entities }) => ({ text, entities }))
const isWord = (token: string) => token.trim() !== ''

test('a DocBin is read with the tokens, entities and missing annotation that spaCy finds', async () => {
  const { sentences, notes } = await readAll(fileURLToPath(oracleFile('docs.spacy')))
  assert.equal(DOCS.length, 28)
  assert.deepEqual(foundIn(sentences, 'codepoint'), report(DOCS))
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    DOCS.map(({ tokens }) => tokens.filter(isWord)),
  )
  assert.deepEqual(
    sentences.map(
      ({ annotated }) => annotated?.tokens?.flatMap((isLabeled, i) => (isLabeled ? [] : [i])) ?? [],
    ),
    DOCS.map(({ missing }) => missing),
  )
  assert.deepEqual(notes, ['empty-rows', 'span-groups'])
  const few = await readAll(fileURLToPath(oracleFile('few-attributes.spacy')))
  assert.deepEqual(foundIn(few.sentences, 'codepoint'), report(DOCS.slice(0, 25)))
})

test('a DocBin that is written and read again says the same, under any name', async () => {
  const { sentences } = await readAll(fileURLToPath(oracleFile('docs.spacy')))
  const path = join(folder, 'written.bin')
  const { losses } = await writeSentences(path, sentences, { format: 'spacy' })
  assert.deepEqual(losses, [])
  const back = await readAll(path)
  assert.deepEqual(back.notes, ['format-found'])
  const body = (all: readonly Sentence[]) => all.map(({ lines: _, ...rest }) => rest)
  assert.deepEqual(body(back.sentences), body(sentences))
})

test('tokens without a text, unlabeled ones, and types that spaCy knows by number', async () => {
  const made: Sentence[] = [
    { tokens: ['ORG', 'met', 'PERSON'], tags: ['B-PERSON', 'O', 'B-ORG'], lines: [1] },
    { tokens: ['Nobody', 'knows'], tags: [], lines: [2] },
  ]
  const path = join(folder, 'tokens.spacy')
  await writeSentences(path, made, { format: 'spacy' })
  assert.deepEqual((await readAll(path)).sentences, made)
  await assert.rejects(
    writeSentences(join(folder, 'bad.spacy'), [{ tokens: [''], tags: [], lines: [1] }], { format: 'spacy' }),
    (error: unknown) => isInputError(error) && error.code === 'corpus/inexpressible',
  )
})

test("spaCy's numbers of strings", () => {
  // From spacy.strings.StringStore().add.
  const known: [string, bigint][] = [
    ['', 0n],
    ['ORG', 383n],
    ['coffee', 3197928453018144401n],
    ['Ada', 13014124235272500476n],
    ['नई', 15817703254495008704n],
    ['a rather long string of text', 7779916745243320262n],
  ]
  for (const [text, hash] of known) assert.equal(stringHash(text), hash, text)
  assert.equal(known.length, 6)
})

test('damaged and hostile files are refused with one error', async () => {
  const whole = readFileSync(oracleFile('docs.spacy'))
  const inner = inflateSync(whole)
  const lengths = inner.indexOf('lengths') + 'lengths'.length
  const changed = Buffer.from(inner)
  changed.fill(0x7f, lengths + 3, lengths + 20)
  const cases: Record<string, Uint8Array> = {
    empty: new Uint8Array(),
    short: whole.subarray(0, 100),
    cut: whole.subarray(0, whole.length - 30),
    text: Buffer.from('Ada B-PER\n'),
    lengths: deflateSync(changed),
    number: deflateSync(Uint8Array.of(7)),
    // A map that declares four billion entries, and a list nested a million times.
    large: deflateSync(Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff)),
    deep: deflateSync(new Uint8Array(1_000_000).fill(0x91)),
    // Half a gigabyte of zeros and more, in half a megabyte.
    bomb: deflateSync(new Uint8Array(2 ** 29 + 2 ** 20)),
  }
  for (const [name, bytes] of Object.entries(cases)) {
    const path = join(folder, `${name}.spacy`)
    writeFileSync(path, bytes)
    await assert.rejects(
      readAll(path),
      (error: unknown) => isInputError(error) && error.faults.length === 1,
      name,
    )
  }
  assert.equal(Object.keys(cases).length, 9)
  // What it unpacks to is not kept.
  const before = process.resourceUsage().maxRSS
  await assert.rejects(readAll(join(folder, 'bomb.spacy')), /more than 104\d{6} bytes when unpacked/)
  assert.ok(process.resourceUsage().maxRSS - before < 64 * 1024)
})
