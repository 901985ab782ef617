import assert from 'node:assert/strict'
import { cpSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseSafetensors } from '../../engine/optim/safetensors.js'
import { temporaryFolder, tinyConfig } from '../../train/testing/tiny-run.js'
import type { RunComparison } from '../../workflows/node/compare-runs.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const config = tinyConfig({
  encoder: [{ kind: 'bilstm', hidden: 24 }],
  training: { epochs: 8, patience: null },
})
const {
  dev,
  train: [{ file: train }],
} = config.corpus
const RUNS = ['crf-1', 'crf-2', 'crf-3', 'softmax'] as const
const runs = RUNS.map(at)

before(async () => {
  writeFileSync(at('config.json'), JSON.stringify(config))
  for (const name of RUNS) {
    const own = name === 'softmax' ? ['--decoder', 'softmax'] : ['--training.seed', name.slice(4)]
    const { code, stderr } = await runCli(
      'train',
      at('config.json'),
      '--no-report',
      '--out',
      at(name),
      ...own,
    )
    assert.equal(code, 0, stderr)
  }
})
after(folder.remove)

async function compare(...args: readonly string[]): Promise<RunComparison & Record<string, unknown>> {
  const { code, stdout, stderr } = await runCli('compare', ...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

test('scores are those of evaluate, intervals and p-values those of score on predicted files', async () => {
  const options = ['--seed', '5', '--samples', '1000', '--rounds', '10000']
  const compared = await compare(...runs, ...options, '--against', 'first')
  assert.equal(compared.reference?.run, 'crf-1')
  const gold = at('gold.conll')
  assert.equal((await runCli('corpus', 'convert', dev ?? '', gold)).code, 0)
  const predicted = await Promise.all(
    RUNS.map(async name => {
      const { stdout } = await runCli('predict', at(name), dev ?? '', '--tokens', '--to', 'conll')
      writeFileSync(at(`${name}.conll`), stdout)
      return at(`${name}.conll`)
    }),
  )
  let checked = 0
  for (const [i, run] of compared.runs.entries()) {
    const evaluated = JSON.parse((await runCli('evaluate', runs[i], dev ?? '', '--json')).stdout)
    assert.equal(run.accuracy, evaluated.accuracy)
    for (const key of ['precision', 'recall', 'f1', 'gold', 'predicted', 'correct'] as const)
      assert.equal(run[key], evaluated.exact.micro[key])
    for (const [type, scores] of Object.entries<{ f1: number }>(evaluated.exact.types))
      assert.equal(run.types[type].f1, scores.f1)
    const args = [
      'score',
      gold,
      predicted[i],
      '--intervals',
      '--compare',
      predicted[0],
      '--seed',
      '5',
      '--json',
    ]
    const scored = JSON.parse((await runCli(...args)).stdout)
    for (const key of ['precision', 'recall', 'f1'] as const)
      assert.deepEqual(run.intervals[key], scored.intervals[key])
    if (i === 0) assert.equal(run.against, null)
    else {
      assert.equal(run.against?.pValue, scored.comparison.pValue)
      assert.equal(run.against?.difference, scored.comparison.difference)
    }
    checked++
  }
  assert.equal(checked, 4)
})

test('seeds of one configuration are taken together', async () => {
  const { configurations, runs: scored, reference, settings } = await compare(...runs, '--samples', '50')
  assert.deepEqual(
    configurations.map(({ runs: names, seeds }) => [names, seeds]),
    [
      [
        ['crf-1', 'crf-2', 'crf-3'],
        [1, 2, 3],
      ],
      [['softmax'], [1]],
    ],
  )
  const [a, b, c] = scored.map(({ f1 }) => f1 ?? 0)
  const mean = (a + b + c) / 3
  // The other formula for the variance.
  const deviation = Math.sqrt(((a * a + b * b + c * c - 3 * mean * mean) * 1) / 2)
  assert.ok(Math.abs((configurations[0].f1.mean ?? 0) - mean) < 1e-12)
  assert.ok(Math.abs((configurations[0].f1.deviation ?? 0) - deviation) < 1e-6)
  assert.ok(deviation > 0)
  assert.equal(configurations[1].f1.deviation, null)
  const best = scored.reduce((top, run) => ((run.f1 ?? 0) > (top.f1 ?? 0) ? run : top))
  assert.equal(reference?.run, best.name)
  assert.deepEqual(settings, {
    'decoder.kind': ['crf', 'crf', 'crf', 'softmax'],
    'training.seed': [1, 2, 3, 1],
  })
})

test('costs are what is on disk and in the log', async () => {
  const { runs: scored } = await compare(...runs, '--samples', '10')
  for (const [i, { costs }] of scored.entries()) {
    const size = (name: string) => statSync(join(runs[i], name)).size
    assert.equal(costs.bytes.model, size('model.onnx'))
    const needed = ['config.json', 'vocab.json', 'model.safetensors', 'model.onnx']
    assert.equal(
      costs.bytes.tagger,
      needed.reduce((sum, name) => sum + size(name), 0),
    )
    const path = join(runs[i], 'model.safetensors')
    const { tensors } = parseSafetensors(readFileSync(path), path)
    const numbers = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
    assert.equal(costs.parameters, numbers)
    assert.equal(costs.epochs, 8)
    assert.ok(costs.bestEpoch !== null && costs.bestEpoch >= 1 && costs.bestEpoch <= 8)
    assert.ok(costs.seconds !== null && costs.seconds > 0)
  }
  assert.equal(scored.length, 4)
})

test('a file for every run; different corpora are not compared', async () => {
  const given = await compare(...runs.slice(0, 2), '--corpus', train, '--samples', '10')
  assert.ok(given.runs.every(({ corpus }) => corpus.path === train && corpus.role === 'given'))
  assert.equal(new Set(given.runs.map(({ corpus }) => corpus.sha256)).size, 1)
  const path = at('other.json')
  writeFileSync(path, JSON.stringify({ ...config, corpus: { ...config.corpus, dev: train } }))
  const trained = await runCli('train', path, '--no-report', '--training.epochs', '1', '--out', at('other'))
  assert.equal(trained.code, 0, trained.stderr)
  const { code, stdout, stderr } = await runCli('compare', runs[0], at('other'), '--json')
  assert.equal(code, 0)
  assert.match(stderr, /warning the runs were scored on different sentences/)
  const { reference, runs: scored } = JSON.parse(stdout) as RunComparison
  assert.equal(reference, null)
  assert.ok(scored.every(({ against, intervals }) => against === null && intervals.f1 !== null))
  const table = (await runCli('compare', runs[0], at('other'))).stdout
  assert.doesNotMatch(table, /approximate randomization/)
  // Where the runs' sentences differ, so do the gold entities of a type.
  let differing = 0
  const [first, second] = scored
  for (const [type, { gold }] of Object.entries(first.types)) {
    const other = second.types[type]?.gold
    if (other === gold) continue
    const count = (n = 0) => n.toLocaleString('en')
    const rows = `^${type} +${count(gold)} +${first.name} .*\n +${count(other)} +${second.name} `
    assert.match(table, new RegExp(rows, 'm'), type)
    differing++
  }
  assert.ok(differing > 0)
})

test('a copy of a run is pointed out', async () => {
  cpSync(at('crf-1'), at('copy'), { recursive: true })
  const { code, stderr } = await runCli('compare', at('crf-1'), at('crf-2'), at('copy'))
  assert.equal(code, 0, stderr)
  const copies = [...stderr.matchAll(/(\S+) has exactly the parameters of (\S+):/g)]
  assert.deepEqual(
    copies.map(([, copy, run]) => [copy, run]),
    [[at('copy'), at('crf-1')]],
  )
})

test('a corpus with other names of types is pointed out for every run', async () => {
  writeFileSync(at('renamed.markup'), readFileSync(dev ?? '', 'utf8').replaceAll('](PER)', '](PERSON)'))
  const { code, stderr } = await runCli(
    'compare',
    ...runs.slice(0, 2),
    '--corpus',
    at('renamed.markup'),
    '--json',
  )
  assert.equal(code, 0, stderr)
  for (const run of runs.slice(0, 2)) assert.match(stderr, new RegExp(`${run} does not have its type PERSON`))
})

test('tables show runs, seeds, types, costs and settings', async () => {
  const { stdout } = await runCli('compare', ...runs)
  for (const pattern of [
    /^run +precision +recall +F1 +95% interval +difference +95% interval +p$/m,
    /^1 +3 .* ± .*crf-1, crf-2, crf-3$/m,
    /^type +gold +run/m,
    /^softmax +[\d,]+ +8 +\d+ +[\d.]+s +[\d.]+ kB/m,
    /^decoder\.kind +crf +crf +crf +softmax$/m,
  ])
    assert.match(stdout, pattern)
})

test('bad input: exit code 2, an error with its place', async () => {
  const link = at('link')
  symlinkSync(runs[0], link)
  const cases: [readonly string[], string, ...string[]][] = [
    [[runs[0]], 'compare/runs', 'nerite compare'],
    [[runs[0], link], 'compare/runs', link],
    [[runs[0], at('none')], 'model/file', at('none')],
    [[...runs, '--format', 'conll'], 'cli/options', '--format'],
    [[...runs, '--tag-column', '2'], 'cli/options', '--tag-column'],
    [[...runs, '--corpus', at('none.conll')], 'corpus/file', at('none.conll')],
    [[...runs, '--samples', '0'], 'cli/options', '--samples'],
    [[...runs, '--seed', '-1'], 'cli/options', '--seed'],
    [[...runs, '--against', 'last'], 'cli/options', '--against'],
  ]
  for (const [args, expected, ...expectedPlaces] of cases) {
    const { code, stdout, stderr, errorCode, places } = await runCli('compare', ...args)
    assert.deepEqual([code, errorCode, places, stdout], [2, expected, expectedPlaces, ''], stderr)
  }
  assert.equal(cases.length, 9)
})
