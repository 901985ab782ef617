import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { faultsOf, readAll } from '../testing/read-all.js'

const read = (text: string, options: ReadOptions = {}, source = 'a.conll') => readAll(text, source, options)
const words = (sentences: readonly Sentence[]) => sentences.map(({ tokens }) => tokens.join(' '))

test('one row becomes one token with its tag, its columns and its line', async () => {
  const { sentences } = await read('EU NNP I-NP B-ORG\nrejects VBZ I-VP O\n\nPeter NNP I-NP B-PER')
  assert.deepEqual(sentences, [
    {
      tokens: ['EU', 'rejects'],
      tags: ['B-ORG', 'O'],
      columns: { column2: ['NNP', 'VBZ'], column3: ['I-NP', 'I-VP'] },
      lines: [1, 2],
    },
    { tokens: ['Peter'], tags: ['B-PER'], columns: { column2: ['NNP'], column3: ['I-NP'] }, lines: [4] },
  ])
})

test('lines of spaces and tabs separate sentences like empty ones, also several in a row; CR LF ends a line', async () => {
  const { sentences } = await read('\r\na\tO\r\n\t\r\n \r\n\r\nb\tO\r\n  \t\r\nc\tO\r\n')
  assert.deepEqual(words(sentences), ['a', 'b', 'c'])
  assert.deepEqual(
    sentences.map(({ lines }) => lines),
    [[2], [6], [8]],
  )
})

test('other line separators are part of tokens', async () => {
  const { sentences } = await read('\u0085\tO\na\u2028b\tO\nc\u000Bd\tB-X\n')
  assert.deepEqual(sentences[0].tokens, ['\u0085', 'a\u2028b', 'c\u000Bd'])
})

test('documents start at -DOCSTART-, alone, before a sentence, with any columns or a title', async () => {
  const own = await read('-DOCSTART- -X- O\n\na N O\n\nb N O\n\n-DOCSTART- -X- O\n\nc N O\n')
  assert.deepEqual(
    own.sentences.map(({ document }) => document),
    [0, 0, 1],
  )
  const heading = await read('-DOCSTART- -DOCSTART- O\na N O\nb N O\n\n-DOCSTART- -DOCSTART- O\nc N O\n')
  assert.deepEqual(words(heading.sentences), ['a b', 'c'])
  assert.deepEqual(
    heading.sentences.map(({ document }) => document),
    [0, 1],
  )
  const odd = await read('-DOCSTART-\na\tO\n-DOCSTART- (2 Rupert)\nb\tO\n-DOCSTART-\t-X-\t-X-\tO\n\nc\tO\n')
  assert.deepEqual(
    odd.sentences.map(({ tokens, document }) => [tokens[0], document]),
    [
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ],
  )
  const late = await read('a O\n\n-DOCSTART- O\n\nb O\n')
  assert.deepEqual(
    late.sentences.map(({ document }) => document),
    [undefined, 0],
  )
  assert.deepEqual(words((await read('-DOCSTART-x O\na O\n')).sentences), ['-DOCSTART-x a'])
})

test('a document mark never hides words or entities', async () => {
  for (const [text, notes] of [
    ['-DOCSTART- O\na B-PER\n', []],
    ['-DOCSTART- B-PER\na B-PER\n', ['lost-tags']],
    ['-DOCSTART-\tB-PER\na\tB-PER\n', ['lost-tags']],
    ['-DOCSTART- B-PER\na\tB-PER\n', ['lost-tags']],
    ['-DOCSTART- -X- B-PER\n\na N O\n', ['lost-tags']],
    ['-DOCSTART- B-PER\n\na\n', ['lost-tags']],
    ['\uFEFF-DOCSTART- O\na O\n', []],
  ] as const) {
    const found = await read(text)
    assert.deepEqual([words(found.sentences), found.notes], [['a'], notes], text)
  }
  // A row after CR alone was read as a title.
  assert.deepEqual(await faultsOf(read('-DOCSTART- O\rAda B-PER\nwrote O\nto O\n')), [
    'column-count a.conll:1',
  ])
})

test('a file of words alone has no row with a tab before a tag, and none of its words is a tag', async () => {
  assert.deepEqual(await faultsOf(read('Ada\n\tB-PER\nwrote\n')), ['column-count a.conll:2'])
  const ends = await read('Ada\nwrote\t\n ever\n')
  assert.deepEqual(words(ends.sentences), ['Ada wrote ever'])
})

test('hashtags are tokens; a line is a comment only if it cannot be a row', async () => {
  const tweets = await read('#NFL\tO\n#\tO\n# \tO\nwon\tO\n')
  assert.deepEqual(tweets.sentences[0].tokens, ['#NFL', '#', '# ', 'won'])
  const spaced = await read('# O\n#1 O\nwon O\n')
  assert.deepEqual(spaced.sentences[0].tokens, ['#', '#1', 'won'])
  const commented = await read('# sent_id = 4\n# text = Ada wrote\nAda\tB-PER\nwrote\tO\n\n# x\nwell\tO\n')
  assert.deepEqual(words(commented.sentences), ['Ada wrote', 'well'])
  assert.deepEqual(commented.told, ['a.conll: 3 comment lines skipped'])
  const hashtags = await read('#\tO\n')
  assert.deepEqual(words(hashtags.sentences), ['#'])
  // Inside a sentence it is a faulty row.
  const inside = read('a\tO\nb\tO\n# what is this\nc\tO\n')
  assert.deepEqual(await faultsOf(inside), ['column-count a.conll:3'])
})

test('a column of token numbers is left out, and of two layers of tags the outer one is read', async () => {
  const rows =
    '#\thttp://x.de\t[2010]\t\n1\tAda\tB-PER\tO\n2\tin\tO\tO\n3\tRom\tB-LOC\tB-OTH\n\n#\ty\t[x]\t\n1\tDa\tO\tO\n'
  const { sentences, notes } = await read(rows)
  assert.deepEqual(sentences[0], {
    tokens: ['Ada', 'in', 'Rom'],
    tags: ['B-PER', 'O', 'B-LOC'],
    columns: { column4: ['O', 'O', 'B-OTH'] },
    lines: [2, 3, 4],
  })
  assert.deepEqual(notes, ['inner-tags', 'comments'])
  assert.deepEqual((await read(rows, { tagColumn: 4 })).sentences[0].tags, ['O', 'O', 'B-OTH'])
})

test('tab or space: guessed from most rows, several spaces are one separator, tabs keep empty fields', async () => {
  assert.deepEqual((await read('New York\tB-LOC\nis\tO\n')).sentences[0].tokens, ['New York', 'is'])
  assert.deepEqual((await read('Ada    B-PER\nis     O\n')).sentences[0].tags, ['B-PER', 'O'])
  assert.deepEqual((await read(' Ada O \nis O\n')).sentences[0].tokens, ['Ada', 'is'])
  assert.deepEqual((await read('\tO\nis\tO\n')).sentences[0].tokens, ['', 'is'])
  assert.deepEqual((await read('a\tO\t\nb\tO\t\n')).sentences[0].tags, ['O', 'O'])
  assert.deepEqual((await read('a b\tO\nc\tO\n', { delimiter: 'tab' })).sentences[0].tokens, ['a b', 'c'])
})

test('zero-width characters stay in tokens, also at their start', async () => {
  const { sentences } = await read('\u200BWhy O\nDubbz\uFEFF O\n\uFEFFx O\n')
  assert.deepEqual(sentences[0].tokens, ['\u200BWhy', 'Dubbz\uFEFF', '\uFEFFx'])
})

test('words alone are unlabeled; columns can be chosen by number, from either side', async () => {
  const { sentences } = await read('Ada\nwrote\n\nWell\n')
  assert.deepEqual(sentences[0], { tokens: ['Ada', 'wrote'], tags: [], lines: [1, 2] })
  const chosen = await read('1 B-PER Ada\n2 O wrote\n', { tokenColumn: -1, tagColumn: '2' })
  assert.deepEqual(
    [chosen.sentences[0].tokens, chosen.sentences[0].tags],
    [
      ['Ada', 'wrote'],
      ['B-PER', 'O'],
    ],
  )
  const none = await read('Ada NNP\n', { tagColumn: 'none', columns: false })
  assert.deepEqual(none.sentences[0], { tokens: ['Ada'], tags: [], lines: [1] })
})

test('the format is recognized by the content if the name says nothing', async () => {
  for (const [text, tokens] of [
    ['Ada O\nwrote O\n', 2],
    ['Ada\nwrote\n\nWell\n', 2],
    ['Word;Tag\nAda;B-PER\n', 1],
    ['{"tokens":["a"],"tags":["O"]}\n', 1],
    ['[Ada Lovelace](PER) wrote.\n', 4],
  ] as const)
    assert.equal((await read(text, {}, 'corpus.txt')).sentences[0].tokens.length, tokens, text)
})

test('the words are in the second column if the tags are in the first', async () => {
  const { sentences } = await read('B-PER Ada\nO wrote\n', { tagColumn: '1' })
  assert.deepEqual(sentences[0].tokens, ['Ada', 'wrote'])
  assert.deepEqual(sentences[0].tags, ['B-PER', 'O'])
  assert.equal(sentences[0].columns, undefined)
  const same = read('B-PER Ada\nO wrote\n', { tagColumn: 1, tokenColumn: 1 })
  assert.deepEqual(await faultsOf(same), ['corpus/options tokenColumn'])
})

test('a typo in a prefix is reported with the tag that was probably meant', async () => {
  await assert.rejects(read('Ada b-per\nwrote O\n'), /got "b-per"; write B-per /)
  await assert.rejects(read('Ada B_PER\nwrote O\n'), /got "B_PER"; write B-PER /)
})

test('rows numbered with ranges and fractions are not tokens, which is noted', async () => {
  const rows = '1\tIt\tO\n2-3\tdont\t_\n2\tdo\tO\n3\tnt\tO\n3.1\tAda\t_\n4\tRome\tB-LOC\n\n'
  const { sentences, notes, told } = await read(rows)
  assert.deepEqual(sentences, [
    { tokens: ['It', 'do', 'nt', 'Rome'], tags: ['O', 'O', 'O', 'B-LOC'], lines: [1, 3, 4, 6] },
  ])
  assert.deepEqual(notes, ['numbered-rows'])
  assert.match(told[0], /2 rows skipped/)
  // Beyond the rows that the layout is guessed from, and beside two layers of tags.
  const plain = '1\tAda\tB-PER\tO\n2\tin\tO\tO\n3\tRom\tB-LOC\tO\n\n'
  const wide = rows.split('\n').map(row => row && `${row}\tO`)
  const late = await read(plain.repeat(2000) + wide.join('\n'))
  assert.deepEqual(words(late.sentences.slice(-2)), ['Ada in Rom', 'It do nt Rome'])
  const layers = await read(`1-2\tAdas\t_\t_\n${plain}`)
  assert.deepEqual(layers.sentences[0].columns, { column4: ['O', 'O', 'O'] })
  // Scores are words where nothing is numbered.
  assert.deepEqual(words((await read('1\tN\tO\n2-3\tN\tO\n7\tN\tO\n')).sentences), ['1 2-3 7'])
})

test('white space around tags is ignored, which is noted once', async () => {
  const { sentences, notes } = await read('Ada\tB-PER \nBob\tB-PER\nx\tO\u00A0\ny\tB-PER \n')
  assert.deepEqual(sentences[0].tags, ['B-PER', 'B-PER', 'O', 'B-PER'])
  assert.deepEqual(notes, ['trimmed-tags'])
})
