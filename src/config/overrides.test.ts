import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENCODER_BLOCK_DEFAULTS, type EncoderKind } from './encoder-blocks.js'
import { ConfigError } from './errors.js'
import { PRESETS } from './presets.js'
import { type ConfigSources, resolveConfig } from './resolve.js'

/** `--path text …` as overrides. */
const overrides = (...parts: readonly string[]) =>
  parts.flatMap((path, i) => (i % 2 === 0 ? [{ path, text: parts[i + 1] }] : []))

const faultOf = (sources: ConfigSources): string => {
  try {
    resolveConfig(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  assert.fail(`accepted: ${JSON.stringify(sources)}`)
}

test('another kind has its own defaults and keeps what was set, wherever that was', () => {
  const first = (preset: string | undefined, ...parts: readonly string[]) =>
    resolveConfig({ preset, overrides: overrides(...parts) }).encoder[0]
  const { transformer, cnn, gru } = ENCODER_BLOCK_DEFAULTS
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'transformer'), transformer)
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'cnn'), cnn)
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'gru'), { ...gru, hidden: 150 })
  assert.deepEqual(first(undefined, 'encoder.0.kind', 'transformer'), transformer)
  // Set by the preset, before the kind, and after it
  assert.deepEqual(first('transformer', 'encoder.0.layers', '5', 'encoder.0.kind', 'reformer'), {
    ...ENCODER_BLOCK_DEFAULTS.reformer,
    ...{ width: 192, heads: 6, feedForward: 384, layers: 5 },
  })
  assert.deepEqual(first(undefined, 'encoder.0.heads', '2', 'encoder.0.kind', 'transformer'), {
    ...transformer,
    heads: 2,
  })
  // The width of a filter is no width of a layer.
  assert.deepEqual(first('cnn-crf-classic', 'encoder.0.kind', 'transformer'), {
    ...transformer,
    ...{ layers: 1, dropout: 0 },
  })
  const file = { encoder: [{ kind: 'bilstm', dropout: 0.1 }] }
  assert.deepEqual(resolveConfig({ file, overrides: overrides('encoder.0.kind', 'cnn') }).encoder, [
    { ...cnn, dropout: 0.1 },
  ])
  assert.match(
    faultOf({ overrides: overrides('encoder.0.hidden', '9', 'encoder.0.kind', 'cnn') }),
    /^encoder\.0\.hidden: expected a known setting/,
  )
})

test('every preset takes every kind with nothing of the defaults of its own', () => {
  let tried = 0
  for (const { name, config } of PRESETS)
    for (const [kind, known] of Object.entries(ENCODER_BLOCK_DEFAULTS)) {
      const set: Readonly<Record<string, unknown>> = { ...config.encoder?.[0] }
      if (kind === (set.kind ?? 'bilstm')) continue
      try {
        const [block] = resolveConfig({ preset: name, overrides: overrides('encoder.0.kind', kind) }).encoder
        for (const [key, value] of Object.entries(block))
          if (key !== 'kind' && !Object.hasOwn(set, key))
            assert.deepEqual(value, known[key as keyof typeof known], `${name}, ${kind}, ${key}`)
      } catch (error) {
        // What was set may not fit: 50 features and 4 heads, positions that a Reformer has not.
        assert.ok(error instanceof ConfigError, String(error))
        assert.match(error.message, /^encoder\.0\.(width|dim|positions): /)
      }
      tried++
    }
  assert.equal(tried, PRESETS.length * 7)
})

test('class weights: a rule, weights one by one, or all together, over a rule or over weights', () => {
  const of = (before: unknown, ...parts: readonly string[]) => {
    const file = { decoder: { kind: 'softmax', ...(before !== undefined && { classWeights: before }) } }
    const { decoder } = resolveConfig({ file, overrides: overrides(...parts) })
    assert.deepEqual(file.decoder.classWeights, before, 'the file stays as it is')
    return decoder.classWeights
  }
  const all = 'decoder.classWeights'
  assert.deepEqual(of(undefined, `${all}.O`, '0.5'), { O: 0.5 })
  assert.deepEqual(of(undefined, `${all}.O`, '0.5', `${all}.B-a.b`, '3'), { O: 0.5, 'B-a.b': 3 })
  assert.deepEqual(of({ O: 0.1, PER: 2 }, `${all}.O`, '0.5'), { O: 0.5, PER: 2 })
  assert.deepEqual(of(undefined, all, '{"O":0.5}'), { O: 0.5 })
  assert.deepEqual(of({ PER: 2 }, all, '{"O":0.5}'), { O: 0.5 })
  assert.deepEqual(of({ PER: 2 }, `${all}.PER`, '3', all, '{"O":0.5}'), { O: 0.5, PER: 3 })
  assert.equal(of({ O: 0.1 }, all, 'balanced'), 'balanced')
  assert.equal(of('balanced', all, 'none'), 'none')
  for (const [before, parts, message] of [
    ['none', [all, 'balancd'], /^decoder\.classWeights: expected none, balanced, .* by tag or type/],
    ['none', [all, '{"O":"much"}'], /^decoder\.classWeights: .* by tag or type.*got \{"O":"much"\}$/],
    ['none', [`${all}.O`, '-1'], /^decoder\.classWeights\.O: expected more than 0, got -1$/],
    ['balanced', [`${all}.O`, '2'], /^decoder\.classWeights\.O: .* got "balanced"; write .*'\{"O": 2\}'/],
  ] as const)
    assert.match(
      faultOf({
        file: { decoder: { kind: 'softmax', classWeights: before } },
        overrides: overrides(...parts),
      }),
      message,
    )
  assert.match(
    faultOf({ file: { decoder: 3 }, overrides: overrides(`${all}.O`, '2') }),
    /^decoder\.classWeights\.O/,
  )
})

test('columns and gazetteers have their settings by place, spelled in the list or not', () => {
  const file = { input: { columns: [{ column: 'pos' }], gazetteers: [{ file: 'a.txt' }] } }
  const { columns, gazetteers } = resolveConfig({
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
  ])
    assert.match(
      faultOf({ file, overrides: overrides(path, '3') }),
      new RegExp(`^${path}: .*did you mean ${near.replaceAll('.', '\\.')}\\?$`),
    )
  assert.match(faultOf({ file, overrides: overrides('input.columns.length', '3') }), /an unknown key/)
  assert.match(
    faultOf({ file: { input: { columns: [{ column: 2, dims: 3 }] } } }),
    /^input\.columns\.0\.dims: .*did you mean input\.columns\.0\.dim\?$/,
  )
})

test('a column is a header, or a number from 1 however it is written', () => {
  const of = (column: unknown) => resolveConfig({ file: { input: { columns: [{ column }] } } }).input.columns
  for (const [given, means] of [
    ['2', 2],
    [2, 2],
    ['pos', 'pos'],
    ['2nd', '2nd'],
  ])
    assert.deepEqual(of(given), [{ column: means, dim: 20 }])
  for (const given of ['', 0, '0', '-1', -1, 1.5, null])
    assert.match(
      faultOf({ file: { input: { columns: [{ column: given }] } } }),
      /^input\.columns\.0\.column: expected a column's header, or its number from 1, got /,
    )
  for (const same of ['2', 'column2'])
    assert.match(
      faultOf({ file: { input: { columns: [{ column: 2 }, { column: same }] } } }),
      /^input\.columns: expected each column once/,
    )
  const replaced = { file: { input: { columns: [{ column: 'pos' }] } } }
  assert.deepEqual(
    resolveConfig({ ...replaced, overrides: overrides('input.columns.0.column', '2') }).input.columns,
    [{ column: 2, dim: 20 }],
  )
})

test('the checks of blocks say what they want, at the setting that is wrong', () => {
  const CHECKS: readonly (readonly [EncoderKind, object, string])[] = [
    [
      'attention',
      { score: 'multi-head', dim: 10 },
      'dim: expected a multiple of 8, the number of heads, got 10',
    ],
    [
      'attention',
      { score: 'multi-head', dim: 24, positions: 'rotary' },
      'dim: expected a multiple of 16, twice the number of heads, for rotary positions, got 24',
    ],
    [
      'attention',
      { score: 'dot', positions: 'rotary' },
      'positions: expected one of none, sinusoidal, learned, as rotary goes with score "multi-head" only, got "rotary"',
    ],
    [
      'transformer',
      { width: 20 },
      'width: expected a multiple of 8, twice the number of heads, for rotary positions, got 20',
    ],
    [
      'transformer',
      { width: 18, positions: 'none' },
      'width: expected a multiple of 4, the number of heads, got 18',
    ],
    [
      'reformer',
      { width: 20 },
      'width: expected a multiple of 8, twice the number of heads, for rotary positions, got 20',
    ],
    [
      'reformer',
      { width: 18, positions: 'none' },
      'width: expected a multiple of 4, the number of heads, got 18',
    ],
    ['reformer', { buckets: 3 }, 'buckets: expected a multiple of 2, got 3'],
  ]
  for (const [kind, settings, message] of CHECKS)
    assert.equal(faultOf({ file: { encoder: [{ kind, ...settings }] } }), `encoder.0.${message}`)
  assert.equal(CHECKS.length, 8)
  // Both scores without heads of their own heed no dim.
  for (const score of ['dot', 'scaled-dot', 'bahdanau'])
    assert.equal(
      resolveConfig({ file: { encoder: [{ kind: 'attention', score, dim: 10 }] } }).encoder.length,
      1,
    )
})

test('no setting of a wrong type is told in the schema’s own signs', () => {
  const wrong = [null, [[]], { x: { y: 1 } }, -1.5, 'ÿ', true, '', []]
  let told = 0
  const visit = (value: unknown, wrap: (part: unknown) => object): void => {
    for (const other of wrong) {
      try {
        resolveConfig({ file: wrap(other) })
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
  const { encoder: _encoder, ...rest } = resolveConfig({
    file: {
      decoder: { kind: 'softmax' },
      input: { columns: [{ column: 2 }], gazetteers: [{ file: 'a', name: 'b' }] },
    },
  })
  visit(rest, inner => inner as object)
  assert.ok(told > 900, `${told} messages`)
})

test('a setting that is text or null takes text that looks like a number, and null to be unset', () => {
  const file = { corpus: { train: 'a.conll', dev: 'b.conll' } }
  const paths = ['train', 'dev', 'test'] as const
  let tried = 0
  for (const text of ['2024', '1e3', 'true', '[1]', '-5'])
    for (const path of paths) {
      const { corpus } = resolveConfig({ overrides: overrides(`corpus.${path}`, text) })
      assert.equal(corpus[path], text)
      tried++
    }
  assert.equal(tried, 15)
  const { words } = resolveConfig({ overrides: overrides('input.words.vectors', '300') }).input
  assert.equal(words.vectors, '300')
  assert.equal(resolveConfig({ file, overrides: overrides('corpus.dev', 'null') }).corpus.dev, null)
  assert.equal(resolveConfig({ overrides: overrides('corpus.tagColumn', '4') }).corpus.tagColumn, 4)
  assert.equal(resolveConfig({ overrides: overrides('training.patience', '4') }).training.patience, 4)
  assert.equal(resolveConfig({ overrides: overrides('training.patience', 'null') }).training.patience, null)
})
