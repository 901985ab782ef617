import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import type { ReadOptions } from '../read-options.js'
import { faultsOf, readAll } from '../testing/read-all.js'

const read = (text: string, options: ReadOptions = {}, source = 'a.conllu') => readAll(text, source, options)

test('comments before numbered rows: the numbers are never the words', async () => {
  const rows = '1\tAda\tB-PER\n2\tLovelace\tI-PER\n3\twrote\tO\n'
  const texts = [
    `# sent_id = 1\n${rows}`,
    `# sent_id = 1\n# text = Ada Lovelace wrote\n${rows}\n# sent_id = 2\n1\tYes\tO\n`,
    '# sent_id = 1\n# newdoc\n1\tAda\tB-PER\n',
    '1\tAda\tB-PER\n2\twrote\tO\n',
    rows.replace(/^\d/gm, id => String(Number(id) - 1)),
    `${rows}\n4\tShe\tO\n5\tsang\tO\n`,
    `#\n${rows.replaceAll('\t', ' ')}`,
    '1\tAda\tB-PER\n\n1\tYes\tO\n',
  ]
  for (const text of texts)
    for (const name of ['a.conllu', 'a.iob2', 'a.txt']) {
      const { sentences } = await read(text, {}, name)
      assert.deepEqual([sentences[0].tokens[0], sentences[0].tags[0]], ['Ada', 'B-PER'], text)
      assert.equal(sentences[0].columns, undefined)
    }
  assert.equal(texts.length, 8)
})

test('a number and one other column: the numbers are not the words unless an option says so', async () => {
  const rows = '1\tO\n2\tB-PER\n3\tO\n'
  const words = '1\tAda\n2\twrote\n\n1\tYes\n'
  for (const text of [rows, `# sent_id = 1\n${rows}`, '# text = B-PER\n1\tB-PER\t\n', words])
    for (const options of [{}, { tagColumn: 2 }])
      assert.deepEqual(await faultsOf(read(text, options)), ['corpus/columns a.conllu'], text)
  const chosen = await read(rows, { tokenColumn: 1 })
  assert.deepEqual(
    [chosen.sentences[0].tokens, chosen.sentences[0].tags],
    [
      ['1', '2', '3'],
      ['O', 'B-PER', 'O'],
    ],
  )
  // The numbers were the words.
  const unlabeled = await read(words, { tagColumn: 'none' })
  assert.deepEqual(
    unlabeled.sentences.map(({ tokens, columns }) => [tokens, columns]),
    [
      [['Ada', 'wrote'], undefined],
      [['Yes'], undefined],
    ],
  )
  // Years, scores and single rows are words.
  for (const [text, tokens] of [
    ['1990\tO\n1992\tO\n', ['1990', '1992']],
    ['1\tB-PER\n', ['1']],
    ['1\tO\nfor\tO\n2\tO\n', ['1', 'for', '2']],
  ] as const)
    assert.deepEqual((await read(text)).sentences[0].tokens, tokens)
})

test('Universal NER: number, word, tag, and further columns', async () => {
  const text =
    '# sent_id = weblog-1\n# text = Vamos ao Rio\n1\tVamos\tO\t-\tana\n2-3\tao\t_\t-\t_\n2\ta\tO\t-\tana\n3\to\tO\t-\tana\n4\tRio\tB-LOC\t-\tana\n'
  for (const options of [{}, { tagColumn: 3 }]) {
    const { sentences, notes } = await read(text, options, 'a.iob2')
    assert.deepEqual(sentences[0].tokens, ['Vamos', 'a', 'o', 'Rio'])
    assert.deepEqual(sentences[0].tags, ['O', 'O', 'O', 'B-LOC'])
    assert.deepEqual(notes.includes('tag-column'), !('tagColumn' in options))
    assert.ok(notes.includes('numbered-rows') && notes.includes('comments'))
  }
})

const unlabeled = '1\tAda\tAda\tPROPN\tNNP\tNumber=Sing\t2\tnsubj\t_\t'
const row = (id: string, form: string, misc: string) => `${id}\t${form}\t_\tX\tX\t_\t0\tdep\t_\t${misc}\n`

test('CoNLL-U: tags are in MISC; multiword tokens and empty nodes are no words', async () => {
  for (const key of ['NER', 'ner', 'Entity']) {
    const { sentences, notes } = await read(
      `# text = Ada di Roma\n${row('1', 'Ada', `SpaceAfter=No|${key}=B-PER`)}${row('2-3', 'della', '_')}${row('2', 'di', '_')}${row('3', 'la', `${key}=O`)}${row('3.1', 'x', '_')}${row('4', 'Roma', `${key}=B-LOC|X=1`)}`,
    )
    assert.deepEqual(sentences[0].tokens, ['Ada', 'di', 'la', 'Roma'])
    assert.deepEqual(sentences[0].tags, ['B-PER', 'O', 'O', 'B-LOC'])
    // MISC holds the gold tags, so it is not kept as a column.
    assert.ok(!('column10' in (sentences[0].columns ?? {})))
    assert.deepEqual(notes, ['misc-tags', 'numbered-rows', 'comments'])
  }
  const onRange = await read(
    row('1', 'Ada', 'NER=B-PER') + row('2-3', 'del', 'NER=B-LOC') + row('2', 'de', '_'),
  )
  assert.ok(onRange.notes.includes('lost-tags'))
})

test('CoNLL-U without tags, or with tags of another form, is refused', async () => {
  assert.deepEqual(await faultsOf(read(`${unlabeled}_\n`)), ['bad-tag a.conllu:1'])
  assert.deepEqual(await faultsOf(read(row('1', 'Ada', 'Entity=(person-1)') + row('2', 'x', '_'))), [
    'bad-tag a.conllu:1',
  ])
  // Beside tags in pairs, a plain tag would be lost.
  assert.deepEqual(await faultsOf(read(row('1', 'Ada', 'NER=B-PER') + row('2', 'Bea', 'B-PER'))), [
    'bad-tag a.conllu:2',
  ])
  const { sentences } = await read(`# a\n${unlabeled}_\n`, { tagColumn: 'none' })
  assert.deepEqual([sentences[0].tokens, sentences[0].tags], [['Ada'], []])
})

test('any mixture of comments, ranges and rows: every word and its tag is kept, or the file is refused', async () => {
  const tag = fc.constantFrom('O', 'B-PER', 'I-PER', 'B-LOC')
  const form = fc.constantFrom('Ada', '#x', '#', '1', '-', '😀', 'O', 'New York', 'a=b', '_')
  const comment = fc.constantFrom('# sent_id = 1', '# text = a b', '#', '# newdoc', '# x\ty\tz')
  const sentence = fc.record({
    comments: fc.array(comment, { maxLength: 3 }),
    words: fc.array(fc.record({ form, tag, range: fc.boolean() }), { minLength: 1, maxLength: 6 }),
  })
  const kind = fc.constantFrom('three', 'uner', 'misc')
  let read = 0
  await fc.assert(
    fc.asyncProperty(kind, fc.array(sentence, { minLength: 1, maxLength: 5 }), async (kind, all) => {
      const cells = (id: string, form: string, tag: string) =>
        kind === 'misc'
          ? row(id, form, tag === 'O' ? '_' : `A=b|NER=${tag}`)
          : `${id}\t${form}\t${tag}${kind === 'uner' ? '\t-\tme' : ''}\n`
      const text = all
        .map(({ comments, words }) => [
          ...comments.map(line => `${line}\n`),
          ...words.map(
            ({ form, tag, range }, i) =>
              (range ? cells(`${i + 1}-${i + 2}`, 'xx', 'O') : '') + cells(`${i + 1}`, form, tag),
          ),
        ])
        .map(lines => `${lines.join('')}\n`)
        .join('')
      const isKnown =
        all.some(({ comments, words }) => comments.length > 0 || words.length > 1) &&
        (kind !== 'misc' || all.some(({ words }) => words.some(({ tag }) => tag !== 'O')))
      try {
        const { sentences } = await readAll(text, 'a.conllu')
        if (!isKnown) return
        read++
        assert.deepEqual(
          sentences.map(({ tokens, tags }) => [tokens, tags]),
          all.map(({ words }) => [words.map(({ form }) => form), words.map(({ tag }) => tag)]),
        )
      } catch (error) {
        if (!isInputError(error)) throw error
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(read > 1000, `${read} read`)
})
