import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from '../config/resolve.js'
import type { Config, PartialConfig } from '../config/schema.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const part = async (file: string) => import(new URL(`../../experiments/${file}`, import.meta.url).href)

interface Planned {
  readonly id: string
  readonly isTimed: boolean
  readonly config: () => Config
}
interface Table {
  readonly header: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly folded?: string
}

test('missing runs are counted by planned seeds', async () => {
  const { summarize, scoreCells } = await part('lib/summary.mjs')
  const dev = { gold: 10, predicted: 10, correct: 5 }
  const record = (run: string, corpus: string, seed: number, own = corpus) => ({
    ...{ run, corpus, part: own, seed, dev, seconds: 1, parameters: 1 },
  })
  const runs = [
    { name: 'three', corpus: 'sample', seeds: [1, 2, 3] },
    { name: 'whole', corpus: 'sample', seeds: [1, 2] },
    { name: 'one', corpus: 'sample' },
    { name: 'folds', corpus: 'fin_sec', seeds: [1, 2] },
    { name: 'none', corpus: 'sample', seeds: [1, 2, 3] },
    { name: 'other', corpus: 'sample', seeds: [1] },
  ]
  const entries: { missing: number; records: readonly unknown[] }[] = summarize({ runs }, [
    record('three', 'sample', 1),
    record('whole', 'sample', 1),
    record('whole', 'sample', 2),
    record('one', 'sample', 1),
    record('folds', 'fin_sec', 1, 'fin_sec-0'),
    record('folds', 'fin_sec', 1, 'fin_sec-1'),
    // An unplanned seed does not count for a planned one.
    record('other', 'sample', 7),
  ])
  assert.deepEqual(
    entries.map(({ missing }) => missing),
    [2, 0, 0, 8, 3, 1],
  )
  assert.deepEqual(
    entries.map(entry => scoreCells(entry)[2]),
    ['0.5000 \\*', '0.5000 ± 0.0000', '0.5000', '0.5000 \\*', '–', '0.5000 \\*'],
  )
})

const TIMED = { name: 'timed', corpus: 'sample', preset: 'bilstm-crf', set: { 'training.maxMinutes': 20 } }
const PLAIN = { name: 'plain', corpus: 'sample', preset: 'bilstm-crf', set: {} }

test('a run with a time limit has all threads, and with other threads it is another run', async () => {
  const { planRuns } = await part('lib/plan.mjs')
  const { isSameConfig } = await part('lib/results.mjs')
  const options = { root, corpora: '/corpora', runs: '/runs', packages: root, jobs: 2 }
  const [timed, plain]: Planned[] = planRuns({ name: 'tiny', runs: [TIMED, PLAIN] }, options)
  assert.deepEqual([timed.isTimed, plain.isTimed], [true, false])
  const own = resolveConfig({ preset: 'bilstm-crf' }).training.threads
  assert.equal(timed.config().training.threads, own)
  assert.equal(plain.config().training.threads, Math.floor(availableParallelism() / 2))
  const config = (maxMinutes: number | null, threads: number) =>
    resolveConfig({ file: { training: { maxMinutes, threads } } })
  assert.equal(isSameConfig(config(null, 1), config(null, 2)), true)
  assert.equal(isSameConfig(config(20, 2), config(20, 2)), true)
  assert.equal(isSameConfig(config(20, 1), config(20, 2)), false)
  assert.equal(isSameConfig(config(20, 2), config(null, 2)), false)
  const trained = (training: PartialConfig['training']) => resolveConfig({ file: { training } })
  // The numbers of a finished run are what \`auto\` became; a number that is asked for must be the run's.
  const fixed = trained({ epochs: 30, batchSize: 2, large: { epochs: 9 } })
  assert.equal(isSameConfig(fixed, trained({})), true)
  assert.equal(isSameConfig(fixed, trained({ epochs: 30 })), true)
  assert.equal(isSameConfig(fixed, trained({ epochs: 31 })), false)
  const cut = (segmentation: 'auto' | 'words' | 'characters') =>
    resolveConfig({ file: { text: { segmentation } } })
  assert.equal(isSameConfig(cut('characters'), cut('auto')), true)
  assert.equal(isSameConfig(cut('characters'), cut('words')), false)
})

const skip = availableParallelism() < 2 ? 'there is one core' : false

test('with two in parallel, a run with a time limit comes last and alone', { skip }, () => {
  const folder = temporaryFolder()
  try {
    const at = (name: string) => join(folder.path, name)
    mkdirSync(at('definitions'))
    const set = { 'input.words.dim': 8, 'encoder.0.hidden': 4, 'training.epochs': 1 }
    const runs = [
      { ...TIMED, set: { ...set, ...TIMED.set } },
      { ...PLAIN, set, seeds: [1, 2] },
    ]
    writeFileSync(
      at('definitions/tiny.mjs'),
      `export default { name: 'tiny', title: 'Tiny', runs: ${JSON.stringify(runs)}, report: () => ({ lead: '', tables: [] }) }\n`,
    )
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        join(root, 'experiments/run.mjs'),
        ...['--definitions', at('definitions'), '--docs', at('docs'), '--runs', at('runs')],
        ...['--results', at('results'), '--corpora', at('no-corpora'), '--jobs', '2'],
      ],
      { encoding: 'utf8' },
    )
    assert.equal(status, 0, stderr)
    const begun = [...stderr.matchAll(/tiny\/sample\.(\w+)\.s\d: training/g)].map(([, name]) => name)
    assert.deepEqual(begun, ['plain', 'plain', 'timed'])
    const { runs: results } = JSON.parse(readFileSync(at('results/tiny.json'), 'utf8'))
    assert.equal(results['sample.timed.s1'].machine.jobs, 1)
    assert.equal(results['sample.plain.s1'].machine.jobs, 2)
    assert.equal(results['sample.timed.s1'].config.training.threads, 2)
  } finally {
    folder.remove()
  }
})

test('tweets: scores by type and epoch for each keep probability, the best one unfolded', async () => {
  const { default: definition } = await part('definitions/tweets.mjs')
  const { summarize } = await part('lib/summary.mjs')
  const scores = { precision: 0.5, recall: 0.25, f1: 1 / 3 }
  const record = (run: string, correct: number) => ({
    ...{ run, corpus: 'twitter', part: 'twitter', seed: 1, seconds: 1, parameters: 1 },
    dev: { gold: 10, predicted: 10, correct, types: { PER: { gold: 4 }, LOC: { gold: 6 } } },
    curve: [1, 2].map(epoch => ({ epoch, f1: 0.1, types: { PER: scores, LOC: scores } })),
  })
  const records = [record('keep-0.1', 2), record('keep-0.5', 6), record('keep-0.9', 4)]
  const { tables }: { tables: readonly Table[] } = definition.report(summarize(definition, records), records)
  const byType = tables.filter(({ header }) => header[0] === 'type')
  assert.deepEqual(
    byType.map(({ folded }) => folded),
    [undefined, ...['0.1', '0.9'].map(keep => `By type and epoch: the tutorial's, keep ${keep}`)],
  )
  for (const { header, rows } of byType) {
    assert.equal(header.length, 4)
    assert.deepEqual(rows[0], ['LOC', 6, '0.50 / 0.25 / 0.33', '0.50 / 0.25 / 0.33'])
  }
  assert.equal(definition.report(summarize(definition, []), []).tables.length, 1)
})
