import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Random } from '../base/random.js'
import { parseSafetensors, toSafetensors } from '../engine/optim/safetensors.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'

type Tagged = readonly (readonly [token: string, tag: string])[]
interface RecordOfTokens {
  readonly tokens: readonly string[]
  readonly tags: readonly string[]
  readonly annotated?: readonly (readonly [number, number])[]
}

const recipe = (name: string) => import(new URL(`../../models/en/recipe/${name}.mjs`, import.meta.url).href)

const conll = (sentences: readonly Tagged[]) =>
  `${sentences.map(rows => rows.map(([token, tag]) => `${token}\t${tag}\n`).join('')).join('\n')}`

const words = (text: string, marks: Readonly<Record<string, string>> = {}): Tagged =>
  text.split(' ').map(token => [token, marks[token] ?? 'O'] as const)

/** A corpus in its two copies. @param sentences text, own tags, unified tags */
function writeCorpus(
  open: string,
  name: string,
  sentences: readonly (readonly [string, Record<string, string>, Record<string, string>])[],
): void {
  for (const copy of ['own', 'unified']) mkdirSync(join(open, copy), { recursive: true })
  writeFileSync(join(open, 'own', `${name}.conll`), conll(sentences.map(([text, own]) => words(text, own))))
  writeFileSync(
    join(open, 'unified', `${name}.conll`),
    conll(sentences.map(([text, , unified]) => words(text, unified))),
  )
}

const TOWNS = {
  name: 'towns',
  block: 2,
  marks: ['GPE', 'PERSON'],
  weight: 1,
  fine: { PER: 'PERSON', LOC: 'PLACE', GPE: 'GPE' },
}

function readAll(folder: string, name: string): RecordOfTokens[] {
  return readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

test('boundaries come from the unified copy, types from the finest that agrees, peoples from places it leaves out', async () => {
  const { modelSpans } = await recipe('read-corpus')
  const corpus = { fine: { PER: 'PERSON', LOC: 'PLACE', GPE: 'GPE' }, other: { VEH: 'PRODUCT' }, misc: true }
  const tokens = 'The Irish sailor Ann Roe took the Sea Witch from old Cork'.split(' ')
  const own = [
    { start: 1, end: 2, type: 'LOC' },
    { start: 2, end: 5, type: 'PER' },
    { start: 7, end: 9, type: 'VEH' },
    { start: 10, end: 12, type: 'GPE' },
  ]
  const unified = [
    { start: 3, end: 5, type: 'PER' },
    { start: 11, end: 12, type: 'LOC' },
  ]
  assert.deepEqual(modelSpans(corpus, tokens, own, unified), [
    { start: 1, end: 2, type: 'NORP' },
    { start: 3, end: 5, type: 'PERSON' },
    { start: 7, end: 9, type: 'PRODUCT' },
    { start: 11, end: 12, type: 'GPE' },
  ])
})

test('corpora are built the same each time, with copies for learning and whole blocks held out', async () => {
  const { buildCorpora } = await recipe('build-corpora')
  const folder = temporaryFolder()
  try {
    const open = join(folder.path, 'open')
    const sentences = Array.from({ length: 240 }, (_, i) => {
      const [who, where] = [`Anna${i}`, `Bourg${i}`]
      const text = `${who} can't leave ${where} today .`
      return [text, { [who]: 'B-PER', [where]: 'B-GPE' }, { [who]: 'B-PER', [where]: 'B-LOC' }] as const
    })
    writeCorpus(open, 'towns', sentences)
    const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')]
    for (const out of [one, two]) await buildCorpora({ open, out, seed: 3, corpora: [TOWNS], log: () => {} })
    for (const part of ['train', 'dev'])
      assert.equal(
        readFileSync(join(one, part, 'towns.jsonl'), 'utf8'),
        readFileSync(join(two, part, 'towns.jsonl'), 'utf8'),
      )
    const train = readAll(join(one, 'train'), 'towns')
    const dev = readAll(join(one, 'dev'), 'towns')
    assert.equal(dev.length, 20)
    const held = new Set(dev.map(({ tokens }) => tokens[0]))
    // Of an unchanged sentence, all names are its own; nobody held out is among them.
    const unchanged = train.filter(({ tokens }) => /^Anna\d+$/.test(tokens[0]) && !held.has(tokens[0]))
    assert.ok(unchanged.length >= 220)
    assert.ok(!train.some(({ tokens }) => held.has(tokens[0])))
    const all = train.map(({ tokens }) => tokens.join(' '))
    assert.ok(all.some(text => text === text.toLowerCase()) && all.some(text => text === text.toUpperCase()))
    assert.ok(all.some(text => text.includes(" ca n't ")) && all.some(text => text.includes(" can't ")))
    for (const { tokens, tags } of train) {
      assert.equal(tokens.length, tags.length)
      assert.deepEqual(
        tags.filter(tag => tag !== 'O'),
        ['B-PERSON', 'B-GPE'],
      )
    }
  } finally {
    folder.remove()
  }
})

test('what is not known of a sentence is said in ranges of its tokens', async () => {
  const { knownRanges } = await recipe('labeled-part')
  const tokens = ['In', 'June', 'Bo', 'Diddley', 'met', 'Ada', 'in', 'rain']
  const tags = ['O', 'O', 'O', 'O', 'O', 'B-PERSON', 'O', 'O']
  assert.deepEqual(knownRanges({ tokens, tags, isSure: false }), [
    [0, 2],
    [4, 8],
  ])
  assert.equal(knownRanges({ tokens, tags, isSure: true }), undefined)
})

test('words that look like names, and words of the corpora, come before others that are as frequent', async () => {
  const { rankWords } = await recipe('choose-words')
  // Names have a large first number; `wug` and `dax` occur in no sentence.
  const table = ['the', 'lima', 'rain', 'oslo', 'tea', 'wug', 'dax', 'hat']
  const isName = new Set(['lima', 'oslo', 'dax'])
  const vectors = {
    rows: new Map(table.map((word, i) => [word, i])),
    dim: 2,
    matrix: Float32Array.from(table.flatMap(word => (isName.has(word) ? [2, 0.5] : [0, 0.5]))),
  }
  const record = (text: string, tags: readonly string[]) => ({ tokens: text.split(' '), tags })
  const sentences = Array.from({ length: 30 }, () => [
    record('the rain in Lima', ['O', 'O', 'O', 'B-GPE']),
    record('tea in Oslo', ['O', 'O', 'B-GPE']),
  ]).flat()
  assert.deepEqual(rankWords(vectors, sentences, { name: 0, own: 0 }), table)
  const byName: string[] = rankWords(vectors, sentences, { name: 9, own: 0 })
  assert.deepEqual([byName.indexOf('dax') < byName.indexOf('rain'), byName.length], [true, 8])
  const byCorpus: string[] = rankWords(vectors, sentences, { name: 0, own: 9 })
  assert.deepEqual(byCorpus.slice(-3), ['wug', 'dax', 'hat'])
})

test('a model with the vectors of more words tags words that it knew before as before', async () => {
  const { replaceVectors } = await recipe('replace-vectors')
  const model = fileURLToPath(new URL('../../models/en/model', import.meta.url))
  const out = temporaryFolder()
  try {
    const words = ['zzyzzx-one', 'zzyzzx-two']
    const vectors = {
      rows: new Map(words.map((word, i) => [word, i])),
      dim: 100,
      matrix: Float32Array.from({ length: 200 }, (_, i) => Math.sin(i)),
    }
    replaceVectors({ model, vectors, choose: () => words, out: out.path })
    const sentences = [
      ['Angela', 'Merkel', 'met', 'nobody', 'in', 'Lima', '.'],
      ['zzyzzx-one', 'in', 'zzyzzx-two'],
    ]
    const [before, after] = await Promise.all(
      [model, out.path].map(async folder => {
        const tagger = await loadTagger(folder, { threads: 1 })
        const found = await tagger.tagProbabilities(sentences)
        await tagger.release()
        return found
      }),
    )
    assert.deepEqual(after[0], before[0])
    assert.notDeepEqual(after[1], before[1])
  } finally {
    out.remove()
  }
})

test('rows of tables are names with figures, of the kinds that are given, and some are in upper case', async () => {
  const { makeRows } = await recipe('make-rows')
  const names = new Map([
    ['PERSON', [['Ada', 'Byron'], ['Cher']]],
    ['TEAM', [['Lima', 'Rovers'], ['Reds']]],
    ['ORG', [['Acme']]],
    ['GPE', [['Peru'], ['New', 'Oslo']]],
  ])
  const known = new Set([
    'Ada',
    'A.',
    'Byron',
    'Cher',
    'Lima',
    'Rovers',
    'Reds',
    'Acme',
    'Peru',
    'New',
    'Oslo',
  ])
  const upper = new Set([...known].map(token => token.toUpperCase()))
  const make = () => makeRows(400, names, Random.fromSeed(7)) as RecordOfTokens[]
  const rows = make()
  assert.deepEqual(rows, make())
  const types = new Map<string, number>()
  let [figures, shouted] = [0, 0]
  for (const { tokens, tags } of rows) {
    assert.equal(tokens.length, tags.length)
    const isUpper = tokens.some((token, i) => tags[i] !== 'O' && !known.has(token))
    shouted += Number(isUpper)
    for (const [i, token] of tokens.entries()) {
      const isName = (isUpper ? upper : known).has(token)
      assert.equal(isName, tags[i] !== 'O', tokens.join(' '))
      if (/\d/.test(token)) figures++
      if (tags[i].startsWith('I-')) assert.equal(tags[i - 1].slice(1), tags[i].slice(1))
      if (tags[i] !== 'O') types.set(tags[i].slice(2), (types.get(tags[i].slice(2)) ?? 0) + 1)
    }
  }
  assert.deepEqual([...types.keys()].sort(), ['GPE', 'ORG', 'PERSON'])
  assert.ok(figures > 400 && shouted > 40 && shouted < 120, `${figures} ${shouted}`)
})

test('titles are left out of names of people, and a name that is nothing else is none', async () => {
  const { withoutTitles } = await recipe('without-titles')
  const tokens = 'Prime Minister Ada Roe met Mr. Bo and the Queen of General Mills'.split(' ')
  const tags = [
    'B-per',
    'I-per',
    'I-per',
    'I-per',
    'O',
    'B-per',
    'I-per',
    'O',
    'O',
    'B-per',
    'O',
    'B-org',
    'I-org',
  ]
  const found = withoutTitles({ tokens, tags })
  assert.deepEqual(found.tags, [
    'O',
    'O',
    'B-per',
    'I-per',
    'O',
    'O',
    'B-per',
    'O',
    'O',
    'O',
    'O',
    'B-org',
    'I-org',
  ])
})

test('between two models lie their parameters in that share, and rows that only the second has', async () => {
  const { mixParameters } = await recipe('mix-parameters')
  const folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const write = (name: string, values: readonly number[]) => {
    mkdirSync(at(name))
    const bytes = Int8Array.of(3, -4)
    writeFileSync(
      join(at(name), 'model.safetensors'),
      toSafetensors(
        new Map([
          ['rows', { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) }],
          ['bytes', { dtype: 'I8', shape: [2], data: bytes }],
        ]),
      ),
    )
    for (const file of ['config.json', 'vocab.json']) writeFileSync(join(at(name), file), `["${name}"]\n`)
  }
  try {
    write('start', [0, 4, -1])
    write('end', [2, 2, -1, 9])
    mixParameters({ start: at('start'), end: at('end'), share: 0.75, out: at('out') })
    const file = join(at('out'), 'model.safetensors')
    const { tensors } = parseSafetensors(readFileSync(file), file)
    assert.deepEqual([...(tensors.get('rows')?.data ?? [])], [1.5, 2.5, -1, 9])
    assert.deepEqual([...(tensors.get('bytes')?.data ?? [])], [3, -4])
    assert.equal(readFileSync(join(at('out'), 'config.json'), 'utf8'), '["end"]\n')
  } finally {
    folder.remove()
  }
})
