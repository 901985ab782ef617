import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const part = async (file: string) => import(new URL(`../../experiments/${file}`, import.meta.url).href)

interface Scored {
  readonly rules?: number
  readonly cpuSeconds?: number | null
  readonly dev: {
    readonly f1: number
    readonly gold: number
    readonly predicted: number
    readonly correct: number
  }
  readonly costs?: { readonly bytes: number; readonly tokensPerCpuSecond: number }
}

test('rules are scored as they are, and again only if they change; the names of a training part find all of it', async () => {
  const folder = temporaryFolder()
  try {
    const at = (name: string) => join(folder.path, name)
    mkdirSync(at('definitions'))
    const { TRAINING_NAMES } = await part('lib/rules-run.mjs')
    const rules = 'experiments/rules/news.yaml'
    const set = { 'input.words.dim': 8, 'encoder.0.hidden': 4, 'training.epochs': 1 }
    const runs = [
      { name: 'rules', corpus: 'sample', rules },
      { name: 'names', corpus: 'sample', rules: TRAINING_NAMES },
      { name: 'trained', corpus: 'sample', preset: 'bilstm-crf', set },
    ]
    writeFileSync(
      at('definitions/tiny.mjs'),
      `export default { name: 'tiny', title: 'Tiny', runs: ${JSON.stringify(runs)}, report: () => ({ lead: '', tables: [] }) }\n`,
    )
    const experiment = () =>
      spawnSync(
        process.execPath,
        [
          join(root, 'experiments/run.mjs'),
          ...['--definitions', at('definitions'), '--docs', at('docs'), '--runs', at('runs')],
          ...['--results', at('results'), '--corpora', at('no-corpora')],
        ],
        { encoding: 'utf8' },
      )
    const first = experiment()
    assert.equal(first.status, 0, first.stderr)
    const results = (): Record<string, Scored> =>
      JSON.parse(readFileSync(at('results/tiny.json'), 'utf8')).runs
    const { 'sample.rules.s1': own, 'sample.names.s1': names, 'sample.trained.s1': trained } = results()
    assert.ok((trained.cpuSeconds ?? 0) > 0.3, 'CPU time of a training')

    const evaluated = (file: string, corpus: string) => {
      const { stdout } = spawnSync(
        process.execPath,
        [join(root, 'bin/nerite.js'), 'evaluate', file, join(root, corpus), '--json'],
        { encoding: 'utf8' },
      )
      return JSON.parse(stdout).exact.micro
    }
    const { gold, predicted, correct } = evaluated(join(root, rules), 'samples/test.markup')
    assert.deepEqual([own.dev.gold, own.dev.predicted, own.dev.correct], [gold, predicted, correct])
    assert.ok(correct > 20 && (own.rules ?? 0) > 20 && (own.costs?.bytes ?? 0) > 10_000)

    // Which names the lists have, counted anew.
    const train = await loadCorpus(join(root, 'samples/dev.markup'))
    const spans = train.sentences.flatMap(({ tokens, tags }) =>
      lenientSpans(tags).map(({ start, end }) => tokens.slice(start, end).join(' ')),
    )
    const lists = readdirSync(at('runs/data/sample-names')).filter(file => file.endsWith('.txt'))
    const listed = lists.flatMap(file =>
      readFileSync(at(`runs/data/sample-names/${file}`), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    assert.deepEqual(listed.sort(), [...new Set(spans)].sort())
    const onTraining = evaluated(at('runs/data/sample-names/rules.json'), 'samples/dev.markup')
    assert.ok(onTraining.recall > 0.9 && names.dev.f1 < onTraining.f1, JSON.stringify(onTraining))

    assert.match(experiment().stderr, /3 runs: 3 done before/)
  } finally {
    folder.remove()
  }
})

test('the CPU time of a training is that of all its parts, and unknown where one was killed', async () => {
  const folder = temporaryFolder()
  try {
    const { cpuTimeOf, noteCpuTime } = await part('lib/cpu-time.mjs')
    const out = join(folder.path, 'run')
    assert.equal(cpuTimeOf(out), null)
    const spin = (isNew: boolean, code: string) => {
      const { args, env } = noteCpuTime(out, isNew)
      spawnSync(process.execPath, [...args, '-e', code], { env: { ...process.env, ...env } })
      return cpuTimeOf(out)
    }
    const busy = 'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end) {}'
    const once = spin(true, busy)
    assert.ok(once >= 0.2, String(once))
    const twice = spin(false, busy)
    assert.ok(twice >= once + 0.2, `${once} ${twice}`)
    assert.equal(spin(false, 'process.kill(process.pid, "SIGKILL")'), null)
    assert.ok(spin(true, busy) >= 0.2)
  } finally {
    folder.remove()
  }
})
