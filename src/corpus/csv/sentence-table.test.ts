import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ReadOptions } from '../read-options.js'
import { faultsOf, readAll } from '../testing/read-all.js'
import { parseListLiteral } from './list-literal.js'

const read = (text: string, options: ReadOptions = {}, name = 'a.csv') => readAll(text, name, options)

test('Kaggle’s layout of one sentence per row: words as text, tags and parts of speech as lists', async () => {
  const text =
    'Sentence #,Sentence,POS,Tag\r\n' +
    `Sentence: 1,Ada wrote from London .,"['NNP', 'VBD', 'IN', 'NNP', '.']","['B-per', 'O', 'O', 'B-geo', 'O']"\r\n` +
    `Sentence: 2,"""Go , then""","['VB', ',', 'RB']","['O', 'O', 'O']"\r\n`
  for (const name of ['a.csv', 'unnamed']) {
    const { sentences, notes } = await read(text, {}, name)
    assert.deepEqual(notes, [])
    assert.deepEqual(sentences, [
      {
        tokens: ['Ada', 'wrote', 'from', 'London', '.'],
        tags: ['B-per', 'O', 'O', 'B-geo', 'O'],
        columns: { POS: ['NNP', 'VBD', 'IN', 'NNP', '.'] },
        lines: [2],
      },
      {
        tokens: ['"Go', ',', 'then"'],
        tags: ['O', 'O', 'O'],
        columns: { POS: ['VB', ',', 'RB'] },
        lines: [3],
      },
    ])
  }
})

test('words as lists, columns that are not lists, documents, only words', async () => {
  const text =
    'doc_id;id;tokens;ner_tags\n' +
    `a;7;"['Ada', ""O'Neil""]";"['B-PER' 'I-PER']"\n` +
    `a;8;[];[]\n` +
    `b;9;"[""it's""]";"[""O""]"\n`
  const { sentences, notes } = await read(text)
  assert.deepEqual(
    sentences.map(({ tokens, tags, document }) => [tokens, tags, document]),
    [
      [['Ada', "O'Neil"], ['B-PER', 'I-PER'], 0],
      [["it's"], ['O'], 1],
    ],
  )
  assert.deepEqual(notes, ['unread-columns', 'empty-rows'])
  const words = await read(text, { tagColumn: 'none' })
  assert.deepEqual(
    words.sentences.map(({ tags }) => tags),
    [[], []],
  )
})

test('words and tags as text, with spaces between them', async () => {
  const text =
    'text,labels\n' +
    'Ada wrote from New York .,O O O B-geo I-geo O\n' +
    '"Yes , she said",O O O O\n' +
    'Go,O\n' +
    "\"['Ada', 'Go']\",\"['B-per', 'O']\"\n"
  const { sentences, notes } = await read(text)
  assert.deepEqual(notes, [])
  assert.deepEqual(
    sentences.map(({ tokens, tags }) => [tokens.join(' '), tags.join(' ')]),
    [
      ['Ada wrote from New York .', 'O O O B-geo I-geo O'],
      ['Yes , she said', 'O O O O'],
      ['Go', 'O'],
      ['Ada Go', 'B-per O'],
    ],
  )
  assert.equal((await read(text, {}, 'unnamed')).sentences.length, 4)
  const short = text.replace('O O O O\n', 'O O O\n')
  assert.deepEqual(await faultsOf(read(short)), ['tag-count a.csv:3'])
  const wide = text.replace('O O O O\n', 'O O,O O\n')
  assert.deepEqual(await faultsOf(read(wide)), ['column-count a.csv:3'])
})

test('a column of tokens is one, whatever its name is', async () => {
  const text = 'text,label\nNew York,B-geo\nis,O\n\nGo,O\n'
  assert.deepEqual(await faultsOf(read(text)), ['no-token-column a.csv:1'])
  const { sentences } = await read(text, { tokenColumn: 'text' })
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [['New York', 'is'], ['Go']],
  )
})

test('one token per row is read as such, with or without brackets', async () => {
  const { sentences } = await read('Sentence #,Word,Tag\n1,[x],O\n,[],O\n2,Ada,B-PER\n')
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [['[x]', '[]'], ['Ada']],
  )
})

test('lists as Python and JSON print them are read back', () => {
  const python = (word: string) => {
    const escaped = word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\u0085', '\\x85')
    return word.includes("'") && !word.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
  }
  const word = fc.string({
    unit: fc.constantFrom('a', 'é', "'", '"', '\\', ',', ' ', ']', '\n', '\u0085', '😀', 'n'),
  })
  fc.assert(
    fc.property(fc.array(word), words => {
      assert.deepEqual(parseListLiteral(`[${words.map(python).join(', ')}]`), words)
      assert.deepEqual(parseListLiteral(JSON.stringify(words)), words)
    }),
    { seed: 2, numRuns: 500 },
  )
  assert.throws(() => parseListLiteral("['a', 'b"))
  assert.throws(() => parseListLiteral("['a', ..., 'b']"))
})

test('escapes in lists: those of Python and of JSON, by their case', () => {
  assert.deepEqual(parseListLiteral("['\\U0001fae0 \\U0001FAE0', '\\ud83e\\udee0', '\\x41\\q']"), [
    '\u{1fae0} \u{1fae0}',
    '\u{1fae0}',
    'A\\q',
  ])
  const signs = ['\b\f\v\x07']
  assert.deepEqual(parseListLiteral("['\\b\\f\\v\\a']"), signs)
  assert.deepEqual(parseListLiteral(JSON.stringify(['\b\f'])), ['\b\f'])
})

test('one sentence per row is recognized even if its tags are not read', async () => {
  const text =
    'text,labels\n' +
    'Ada wrote from New York .,O O O B-geo I-geo O\n' +
    '"Yes , she\u00a0said",O O O\n' +
    'Go on,"[\'O\', O]"\n'
  const { sentences, notes } = await read(text, { tagColumn: 'none' })
  assert.deepEqual(
    sentences.map(({ tokens, tags }) => [tokens, tags]),
    [
      [['Ada', 'wrote', 'from', 'New', 'York', '.'], []],
      // As many words as there are tags, as where these are read.
      [['Yes', ',', 'she\u00a0said'], []],
      [['Go', 'on'], []],
    ],
  )
  assert.deepEqual(notes, [])
})

test('text in place of words is refused if nothing shows that it is a sentence', async () => {
  const none = { tagColumn: 'none' }
  const cases = [
    ['Word\nGo\nAda wrote to him\n', none, 3],
    ['id,words\n1,Ada wrote to him\n', none, 2],
    ['words,labels\nAda wrote to him,0 0 0 0\n', none, 2],
    ['id,Sentence\n1,Ada wrote to him\n', { ...none, tokenColumn: 'Sentence' }, 2],
    ['Sentence #,Sentence\nSentence: 1,Ada wrote to him\n', { ...none, tokenColumn: 2 }, 2],
  ] as const
  for (const [text, options, line] of cases)
    assert.deepEqual(await faultsOf(read(text, options)), [`text-for-word a.csv:${line}`], text)
  // Words of several parts are words where sentences are numbered, and in a table with tags.
  const numbered = await read('Sentence #,Word\n1,New York\n1,is\n', none)
  assert.deepEqual(numbered.sentences[0].tokens, ['New York', 'is'])
  const nbsp = await read('Word\nNew\u00a0York\nis\n', none)
  assert.deepEqual(nbsp.sentences[0].tokens, ['New\u00a0York', 'is'])
})

test('columns with the same name, or without one, are all kept', async () => {
  const { sentences, notes } = await read('Word,POS,POS,,,Tag\nAda,NNP,x,1,2,B-PER\n')
  assert.deepEqual(sentences[0].columns, { POS: ['NNP'], column3: ['x'], column4: ['1'], column5: ['2'] })
  assert.deepEqual(notes, ['repeated-header'])
  const lists = await read(`tokens,POS,POS,tags\n['a'],['N'],['x'],['O']\n`)
  assert.deepEqual(lists.sentences[0].columns, { POS: ['N'], column3: ['x'] })
  assert.equal(lists.notes.length, 1)
  const taken = await read('Word,a,a,column3,Tag\nAda,1,2,3,O\n')
  assert.deepEqual(taken.sentences[0].columns, { a: ['1'], column3_: ['2'], column3: ['3'] })
})

test('words alone that are brackets are words; lists are lists', async () => {
  for (const word of ['[]', '[x]']) {
    const { sentences } = await read(`Word,POS\n${word},N\nAda,N\n`, { tagColumn: 'none' })
    assert.deepEqual(sentences[0].tokens, [word, 'Ada'])
  }
  const { sentences } = await read(`tokens,pos\n[],[]\n"['Ada', 'left']","['N', 'V']"\n`, {
    tagColumn: 'none',
  })
  assert.deepEqual(sentences[0].tokens, ['Ada', 'left'])
})
