import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.js'
import type { Sentence } from './sentence.js'
import { spansOf, textEntities, textOf } from './sentence-text.js'
import { faultsOf, readAll } from './testing/read-all.js'

const NER = 'de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity'
const tsv = (...lines: string[]) =>
  ['#FORMAT=WebAnno TSV 3.3', `#T_SP=${NER}|value`, '', '', ...lines, ''].join('\n')

function entitiesOf(sentence: Sentence): string[] {
  const whole = textOf(sentence)
  return textEntities(sentence, whole).map(
    ({ start, end, type }) => `${whole.text.slice(start, end)}/${type}`,
  )
}

test('faults of each format, each with its place', async () => {
  const row = (...cells: (string | number)[]) => cells.join('\t')
  const onto = (ner: string, word = 'Ada') =>
    `zz/a 0 0 ${word} NN * - - - sp ${ner} *  -`.replaceAll(/ +/g, '  ')
  const cases: readonly (readonly [file: string, text: string, faults: string[]])[] = [
    ['a.tsv', tsv('#Text=Ada', row('1-1', '0-3', 'Ada')), ['column-count a.tsv:6']],
    ['a.tsv', tsv('#Text=Ada', row('1-1', '0:3', 'Ada', '_')), ['bad-row a.tsv:6']],
    ['a.tsv', tsv('#Text=Ada', row('1-1', '0-9', 'Ada', '_')), ['token-offsets a.tsv:6']],
    ['a.tsv', tsv('#Text=Ada', row('1-1', '0-3', 'Ada', '*')), ['no-type a.tsv:6']],
    [
      'a.tsv',
      tsv('#Text=Ada x', row('1-1', '0-3', 'Ada', 'PER[1]|LOC[2]'), row('1-2', '4-5', 'x', 'LOC[2]')),
      ['overlap a.tsv:6'],
    ],
    [
      'a.tsv',
      tsv('#Text=Ada', row('1-1', '0-3', 'Ada', 'PER[1]'), '', '#Text=x', row('2-1', '4-5', 'x', 'PER[1]')),
      ['across-sentences a.tsv:9'],
    ],
    [
      'a.tsv',
      tsv('#Text=Ada', row('1-1', '0-3', 'Ada', '_'), row('1-1.1', '1-1', '', 'PER')),
      ['empty-entity a.tsv:6'],
    ],
    ['a.tsv', '#FORMAT=WebAnno TSV 3.3\n\n\n#Text=A\n1-1\t0-1\tA\n', ['no-tag-column a.tsv:1']],
    [
      'a.tsv',
      '#FORMAT=WebAnno TSV 3.3\n#T_SP=my.A|x\n#T_SP=my.B|y\n\n#Text=A\n1-1\t0-1\tA\tq\tr\n',
      ['several-layers a.tsv:1'],
    ],
    ['a.tsv', '#FORMAT=WebAnno TSV 3.3\n', ['corpus/empty a.tsv']],
    ['a.gold_conll', '#begin document (a); part 000\nAda (PERSON)\n', ['column-count a.gold_conll:2']],
    [
      'a.gold_conll',
      `#begin document (a); part 000\n${onto('(PER*')}\n${onto('(LOC*)')}\n${onto('*)')}\n`,
      ['nested a.gold_conll:3'],
    ],
    [
      'a.gold_conll',
      `#begin document (a); part 000\n${onto('(PER*')}\n\n${onto('*)')}\n`,
      ['open-entity a.gold_conll:2', 'open-entity a.gold_conll:4'],
    ],
    ['a.gold_conll', `#begin document (a); part 000\n${onto('PER')}\n`, ['bad-tag a.gold_conll:2']],
    [
      'a.gold_conll',
      `#begin document (a); part 000\n${onto('(PER)', '[WORD]')}\n`,
      ['masked-words a.gold_conll'],
    ],
    ['a.inline', 'I saw <PER>Ada\nx\n\ny', ['open-tag a.inline:1']],
    ['a.inline', '<PER>Ada</LOC>\n', ['open-tag a.inline:1']],
    ['a.inline', 'Ada</PER>\n', ['open-tag a.inline:1']],
    ['a.inline', '<ORG><PER>Ada</PER> Ltd</ORG>\n', ['nested a.inline:1']],
    ['a.inline', 'ok\n<ENAMEX>Ada</ENAMEX>\n', ['no-type a.inline:2']],
    ['a.inline', '<PER> </PER> x\n', ['empty-entity a.inline:1']],
    ['a.inline', 'a <b>fat</b> <PER>cat</PER>\n', ['html a.inline:1']],
    ['a.opennlp', '<START:person> Ada\n', ['open-tag a.opennlp:1']],
    ['a.opennlp', 'Ada <END>\n', ['open-tag a.opennlp:1']],
    ['a.opennlp', '<START:person> <END> x\n', ['empty-entity a.opennlp:1']],
    ['a.opennlp', '<START:person> Ada<END> x\n', ['open-tag a.opennlp:1']],
    ['a.opennlp', '<START:person> Ada <START:x> b <END>\n', ['nested a.opennlp:1']],
  ]
  for (const [file, text, faults] of cases)
    assert.deepEqual(await faultsOf(readAll(text, file)), faults, JSON.stringify(text))
  assert.equal(cases.length, 27)
})

test('WebAnno: layers are chosen, parts of tokens and repeated annotations are read', async () => {
  const two = '#FORMAT=WebAnno TSV 3.2\n#T_SP=my.A|x\n#T_SP=my.B|y|value\n\n\n#Text=A b\n'
  const rows = '1-1\t0-1\tA\tq\t_\tr\t\n1-2\t2-3\tb\t_\t_\t_\t\n'
  for (const [tagColumn, found] of [
    ['A', 'A/q'],
    ['A.x', 'A/q'],
    ['my.A', 'A/q'],
    ['B', 'A/r'],
    ['6', 'A/r'],
  ]) {
    const { sentences } = await readAll(two + rows, 'a.tsv', { tagColumn })
    assert.deepEqual(entitiesOf(sentences[0]), [found])
  }
  assert.deepEqual(await faultsOf(readAll(two + rows, 'a.tsv', { tagColumn: 'C' })), [
    'corpus/options tagColumn',
  ])
  assert.deepEqual((await readAll(two + rows, 'a.tsv', { tagColumn: 'none' })).sentences[0].tags, [])
  const parts = await readAll(
    tsv(
      '#Text=Tokyo-based and',
      '#Text=\\\\ 😀 x\\ty',
      '1-1\t0-11\tTokyo-based\t_',
      '1-1.1\t0-5\tTokyo\tLOC|LOC',
      '1-2\t12-15\tand\t_',
      '1-3\t16-17\t\\\\\tA\\_B\\[1\\]',
      '1-4\t18-20\t😀\t_',
    ),
    'a.tsv',
  )
  const [sentence] = parts.sentences
  assert.equal(sentence.text, 'Tokyo-based and\n\\ 😀 x\ty')
  assert.deepEqual(entitiesOf(sentence), ['Tokyo/LOC', '\\/A_B[1]'])
  assert.deepEqual(parts.notes, ['format-found', 'repeated-entities'])
})

test('tags in text: entities may go on in the next line, types may be attributes, other < are text', async () => {
  const { sentences, notes } = await readAll(
    'x <PER id="1">Ada\nLovelace</PER> <3 a<b &amp; &#x1F600; AT&T\n<e type="a b">y</e>\n\n<PER>z</PER>',
    'a.txt',
  )
  assert.deepEqual(sentences.map(entitiesOf), [['Ada\nLovelace/PER'], ['y/a b'], ['z/PER']])
  assert.equal(sentences[0].text, 'x Ada\nLovelace <3 a<b & 😀 AT&T')
  assert.deepEqual(
    sentences.map(({ lines }) => lines),
    [[1], [3], [5]],
  )
  assert.deepEqual(notes, ['format-found', 'unread-attributes'])
})

test('labels without a prefix are types of entities', async () => {
  const rows = ['Ada', 'Lovelace', 'wrote', 'to', 'Bob', '.']
  const labels = ['PERSON', 'PERSON', 'O', 'O', 'PERSON', 'O']
  const files: readonly (readonly [string, string])[] = [
    ['a.txt', rows.map((word, i) => `${word}\t${labels[i]}\n`).join('')],
    ['a.conll', rows.map((word, i) => `${word} NN ${labels[i]}\n`).join('')],
  ]
  for (const [name, text] of files) {
    const { sentences, notes } = await readAll(text, name)
    assert.deepEqual(notes, ['bare-labels'])
    assert.deepEqual(
      spansOf(sentences[0]).map(({ start, end, type }) => [start, end, type]),
      [
        [0, 2, 'PERSON'],
        [4, 5, 'PERSON'],
      ],
    )
  }
  const many = files[0][1].repeat(3000)
  const later = async () => {
    for await (const _ of readText([many, 'Eve\tB-PER\n'], 'a.txt'));
  }
  assert.deepEqual(await faultsOf(later()), ['bad-tag a.txt:18001'])
})

test('parts of speech, and tags with a wrong prefix, are not taken for labels without a prefix', async () => {
  const refused: readonly string[] = [
    'Ada NNP\nwrote VBD\n. .\n',
    'Ada b-per\nx O\ny O\n',
    'Ada B_PER\nx O\ny O\n',
    'I O\nwrote V\nto P\nAda N\nand C\nBob N\nin P\nMay N\n',
  ]
  for (const text of refused)
    assert.ok(
      (await faultsOf(readAll(text, 'a.conll'))).every(fault => fault.startsWith('bad-tag')),
      text,
    )
})
