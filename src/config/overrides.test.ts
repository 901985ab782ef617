import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.js'
import { parseConfig, type UncheckedSources } from './resolve.js'
import { type PartialConfig, plainCorpus } from './schema.js'
import { ENCODER_BLOCK_DEFAULTS } from './testing/block-defaults.js'
import { faultsOf, overrides, placesOf } from './testing/faults-of.js'

test('an override keeps text where text belongs, and reads numbers, null and lists', () => {
  const { corpus, training, input } = parseConfig({
    overrides: overrides(
      ...['corpus.train', 'data/2024.conll', 'training.patience', 'null'],
      ...['input.affixes.lengths', '[1,2]', 'training.optimizer', '{"kind":"sgd","momentum":0.5}'],
    ),
  })
  assert.deepEqual(corpus.train, [plainCorpus('data/2024.conll')])
  assert.equal(training.patience, null)
  assert.deepEqual(input.affixes?.lengths, [1, 2])
  assert.ok(training.optimizer.kind === 'sgd' && training.optimizer.momentum === 0.5)
})

test('a setting that is text or null takes text that looks like a number, and null to be unset', () => {
  const file = { corpus: { train: 'a.conll', dev: 'b.conll' } }
  const paths = ['train', 'dev', 'test'] as const
  let tried = 0
  for (const text of ['2024', '1e3', 'true', '[1]', '-5'])
    for (const path of paths) {
      const { corpus } = parseConfig({ overrides: overrides(`corpus.${path}`, text) })
      assert.deepEqual(corpus[path], path === 'train' ? [plainCorpus(text)] : text)
      tried++
    }
  assert.equal(tried, 15)
  const { words } = parseConfig({ overrides: overrides('input.words.vectors', '300') }).input
  assert.equal(words.vectors?.file, '300')
  assert.equal(parseConfig({ file, overrides: overrides('corpus.dev', 'null') }).corpus.dev, null)
  assert.equal(parseConfig({ overrides: overrides('corpus.tagColumn', '4') }).corpus.tagColumn, 4)
  assert.equal(parseConfig({ overrides: overrides('training.patience', '4') }).training.patience, 4)
  assert.equal(parseConfig({ overrides: overrides('training.patience', 'null') }).training.patience, null)
})

test('training corpora: one by its path, several as a list, and settings of each by its place', () => {
  const trainOf = (file: PartialConfig | undefined, ...settings: string[]) =>
    parseConfig({ file, overrides: overrides(...settings) }).corpus.train
  const two = [plainCorpus('a.conll'), { ...plainCorpus('b.jsonl'), weight: 2 }]
  const entries = ['a.conll', { file: 'b.jsonl', weight: 2 }]
  assert.deepEqual(trainOf({ corpus: { train: entries } }), two)
  assert.deepEqual(trainOf({}, 'corpus.train', JSON.stringify(entries)), two)
  assert.deepEqual(
    trainOf({ corpus: { train: 'a.conll' } }, 'corpus.train.1', 'b.jsonl', 'corpus.train.1.weight', '2'),
    two,
  )
  assert.deepEqual(trainOf({ corpus: { train: entries } }, 'corpus.train', 'c.conll'), [
    plainCorpus('c.conll'),
  ])
  assert.deepEqual(trainOf({ corpus: { train: null } }), [])
  assert.deepEqual(trainOf({ corpus: { train: entries } }, 'corpus.train', 'null'), [])
  const mapped = { file: 'a.conll', map: { LOC: ['GPE', 'FAC'] }, types: ['GPE', 'FAC'] }
  assert.deepEqual(trainOf({ corpus: { train: [mapped] } }), [{ ...plainCorpus('a.conll'), ...mapped }])
})

test('class weights: a rule, weights one by one, or all together, over a rule or over weights', () => {
  const of = (before: unknown, ...parts: readonly string[]) => {
    const file = { decoder: { kind: 'softmax', ...(before !== undefined && { classWeights: before }) } }
    const { decoder } = parseConfig({ file, overrides: overrides(...parts) })
    assert.deepEqual(file.decoder.classWeights, before, 'the file stays as it is')
    assert.ok(decoder.kind === 'softmax')
    return decoder.classWeights
  }
  const all = 'decoder.classWeights'
  assert.deepEqual(of({ O: 0.5 }), { O: 0.5 })
  assert.deepEqual(of(undefined, `${all}.O`, '0.5'), { O: 0.5 })
  assert.deepEqual(of(undefined, `${all}.O`, '0.5', `${all}.B-a.b`, '3'), { O: 0.5, 'B-a.b': 3 })
  assert.deepEqual(of({ O: 0.1, PER: 2 }, `${all}.O`, '0.5'), { O: 0.5, PER: 2 })
  assert.deepEqual(of(undefined, all, '{"O":0.5}'), { O: 0.5 })
  assert.deepEqual(of({ PER: 2 }, all, '{"O":0.5}'), { O: 0.5 })
  assert.deepEqual(of({ PER: 2 }, `${all}.PER`, '3', all, '{"O":0.5}'), { O: 0.5, PER: 3 })
  assert.equal(of({ O: 0.1 }, all, 'balanced'), 'balanced')
  assert.equal(of('balanced', all, 'none'), 'none')
  for (const [before, parts, where, got] of [
    ['none', [all, 'balancd'], all, '"balancd"'],
    ['none', [all, '{"O":"much"}'], all, '{"O":"much"}'],
    ['none', [`${all}.O`, '-1'], `${all}.O`, '-1'],
    ['balanced', [`${all}.O`, '2'], `${all}.O`, '"balanced"'],
  ] as const) {
    const file = { decoder: { kind: 'softmax', classWeights: before } }
    const [fault] = faultsOf({ file, overrides: overrides(...parts) })
    assert.deepEqual([fault.where, fault.got], [where, got])
  }
  const file = { decoder: 3 }
  assert.deepEqual(placesOf({ file, overrides: overrides(`${all}.O`, '2') }), [`${all}.O`, 'decoder'])
})

test('columns and gazetteers have their settings by place, written in the list or not', () => {
  const file = { input: { columns: [{ column: 'pos' }], gazetteers: [{ file: 'a.txt' }] } }
  const { columns, gazetteers } = parseConfig({
    file,
    overrides: overrides(
      ...['input.columns.0.dim', '7', 'input.columns.1.column', '3', 'input.columns.1.dim', '4'],
      ...['input.gazetteers.0.dim', '5', 'input.gazetteers.0.ignoreCase', 'true'],
      ...['input.gazetteers.0.name', '2024', 'input.gazetteers.1.file', '1984'],
    ),
  }).input
  assert.deepEqual(columns, [
    { column: 'pos', dim: 7 },
    { column: 3, dim: 4 },
  ])
  assert.deepEqual(gazetteers, [
    { file: 'a.txt', name: '2024', ignoreCase: true, dim: 5 },
    { file: '1984', ignoreCase: false, dim: 8 },
  ])
  assert.deepEqual(file.input.columns, [{ column: 'pos' }])
  for (const [path, near] of [
    ['input.columns.0.dims', 'input.columns.0.dim'],
    ['input.gazetteers.0.ignorecase', 'input.gazetteers.0.ignoreCase'],
    ['input.columns.2.column', 'input.columns.0.column'],
  ]) {
    const [fault] = faultsOf({ file, overrides: overrides(path, '3') })
    assert.deepEqual([fault.where, fault.remedy], [path, `did you mean ${near}?`])
  }
  assert.deepEqual(placesOf({ file, overrides: overrides('input.columns.length', '3') }), [
    'input.columns.length',
  ])
  const [misspelled] = faultsOf({ file: { input: { columns: [{ column: 2, dims: 3 }] } } })
  assert.equal(misspelled.remedy, 'did you mean input.columns.0.dim?')
})

test('a column is a header, or a number from 1 however it is written', () => {
  const of = (column: unknown) => parseConfig({ file: { input: { columns: [{ column }] } } }).input.columns
  for (const [given, means] of [
    ['2', 2],
    [2, 2],
    ['pos', 'pos'],
    ['2nd', '2nd'],
  ])
    assert.deepEqual(of(given), [{ column: means, dim: 20 }])
  for (const given of ['', 0, '0', '-1', -1, 1.5, null])
    assert.deepEqual(placesOf({ file: { input: { columns: [{ column: given }] } } }), [
      'input.columns.0.column',
    ])
  for (const same of ['2', 'column2'])
    assert.deepEqual(placesOf({ file: { input: { columns: [{ column: 2 }, { column: same }] } } }), [
      'input.columns',
    ])
  const replaced = { file: { input: { columns: ['pos'] } } }
  assert.deepEqual(
    parseConfig({ ...replaced, overrides: overrides('input.columns.0.column', '2') }).input.columns,
    [{ column: 2, dim: 20 }],
  )
})

test('no fault of a wrong type is put in the words of the schema library', () => {
  const wrong = [null, [[]], { x: { y: 1 } }, -1.5, 'ÿ', true, '', []]
  let told = 0
  const visit = (value: unknown, wrap: (part: unknown) => object): void => {
    for (const other of wrong) {
      try {
        parseConfig({ file: wrap(other) })
      } catch (error) {
        assert.ok(error instanceof ConfigError)
        for (const line of error.message.split('\n')) {
          const expected = /: expected (.*), got /.exec(line)?.[1] ?? assert.fail(line)
          assert.doesNotMatch(expected, /another value|Invalid|[|<>%]|Object|\bstring\b/, line)
          told++
        }
      }
    }
    if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value))
        visit(part, inner => wrap(Array.isArray(value) ? [inner] : { ...value, [key]: inner }))
  }
  for (const [kind, block] of Object.entries(ENCODER_BLOCK_DEFAULTS))
    visit(block, inner => ({
      decoder: { kind: 'softmax' },
      encoder: [typeof inner === 'object' && inner !== null ? { kind, ...inner } : inner],
    }))
  const everything: UncheckedSources = {
    file: {
      decoder: { kind: 'softmax' },
      input: {
        ...{ columns: [{ column: 2 }], gazetteers: [{ file: 'a', name: 'b' }], words: { vectors: 'c' } },
        ...{ shape: {}, casing: {}, affixes: {}, charCnn: {}, charLstm: {} },
      },
    },
  }
  const { encoder: _encoder, ...rest } = parseConfig(everything)
  visit(rest, inner => inner as object)
  assert.ok(told > 900, `${told} messages`)
})
