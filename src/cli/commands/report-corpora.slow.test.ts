import assert from 'node:assert/strict'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Message, Note } from '../../base/fault.js'
import type { PartialConfig } from '../../config/schema.js'
import type { ReportData } from '../../report/report-data.js'
import { finishRunFolder } from '../../run/node/run-folder.js'
import { temporaryFolder, tinyConfig } from '../../train/testing/tiny-run.js'
import { tagOutOfFold } from '../../workflows/node/out-of-fold.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const trained = at('trained')
const config = tinyConfig({ training: { epochs: 1 } })

before(async () => {
  writeFileSync(at('config.json'), JSON.stringify(config))
  const { code, stderr } = await runCli('train', at('config.json'), '--no-report', '--out', trained)
  assert.equal(code, 0, stderr)
  // The last column is of chunks, the one before of entities.
  writeFileSync(at('dev.conll'), 'Ada\tB-PER\tB-NP\nleft\tO\tB-VP\nRome\tB-LOC\tB-NP\n')
  writeFileSync(at('train.conll'), 'Ada\tB-PER\tB-NP\nwrote\tO\tB-VP\n\nBob\tB-PER\tB-NP\n')
})
after(folder.remove)

/** A copy of the run, as if it had been trained on other corpora. */
function runOn(name: string, corpus: PartialConfig['corpus'], without: readonly string[] = []): string {
  const dir = at(name)
  cpSync(trained, dir, { recursive: true })
  for (const file of without) rmSync(join(dir, file))
  finishRunFolder(dir, {
    'config.json': JSON.stringify({ ...config, corpus: { ...config.corpus, ...corpus } }),
  })
  return dir
}

async function report(...args: readonly string[]): Promise<ReportData> {
  const { code, stdout, stderr } = await runCli('report', ...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as ReportData
}

test('whatever training corpus is named, the run’s own is read as training read it', async () => {
  const dir = runOn('columns', {
    train: at('gone.conll'),
    dev: at('dev.conll'),
    format: 'conll',
    tagColumn: 2,
  })
  const typesOf = ({ evaluation, corpora }: ReportData) => [
    Object.keys(evaluation.scores.exact.types).filter(type => evaluation.scores.exact.types[type].gold > 0),
    corpora.map(({ role, stats }) => [role, Object.keys(stats.types).sort()]),
  ]
  const own = ['LOC', 'PER']
  const plain = await report(dir)
  assert.deepEqual(typesOf(plain), [own, [['development', own]]])
  const named = await report(dir, '--train', at('train.conll'))
  assert.deepEqual(named.evaluation.scores, plain.evaluation.scores)
  assert.deepEqual(typesOf(named), [
    own,
    [
      ['training', ['PER']],
      ['development', own],
    ],
  ])
  // The report that is kept in the folder is of the same figures.
  assert.deepEqual((await report(dir)).evaluation.scores, plain.evaluation.scores)
  // What is said of columns is said of the file that is named.
  const told = await report(dir, '--train', at('train.conll'), '--tag-column', '3')
  assert.deepEqual(typesOf(told), [
    own,
    [
      ['training', ['NP', 'VP']],
      ['development', own],
    ],
  ])
  // A format that training guessed is no other one.
  const guessed = runOn('guessed', { train: at('gone.conll'), dev: at('dev.conll'), tagColumn: 2 })
  assert.deepEqual(typesOf(await report(guessed, '--train', at('train.conll'), '--format', 'conll')), [
    own,
    [
      ['training', ['PER']],
      ['development', own],
    ],
  ])
  const given = await report(dir, at('dev.conll'), '--tag-column', '3')
  assert.deepEqual(typesOf(given)[0], ['NP', 'VP'])
})

test('sentences without labels are left out of the report, and it says so', async () => {
  writeFileSync(
    at('partly.jsonl'),
    '{"tokens":["Ada","wrote"],"tags":["B-PER","O"]}\n{"tokens":["Bob","left","London"]}\n',
  )
  const { evaluation, notes, corpora } = await report(trained, at('partly.jsonl'))
  assert.equal(evaluation.scores.sentences, 1)
  assert.equal(corpora.at(-1)?.stats.sentences, 1)
  assert.match(notes.join(), /partly\.jsonl: 1 of 2 sentences have no labels and are left out .*line 2/)
  writeFileSync(at('plain.jsonl'), '{"tokens":["Bob","left","London"]}\n')
  const { code, errorCode, places } = await runCli('report', trained, at('plain.jsonl'))
  assert.deepEqual([code, errorCode, places], [2, 'corpus/unlabeled', [at('plain.jsonl')]])
})

test('out of fold: sentences without labels are no wrong labels; nothing stays behind', async () => {
  const rows = ['Ada', 'Bob', 'Cid', 'Dan', 'Eve', 'Fay'].map(name =>
    JSON.stringify({ tokens: [name, 'left', 'London'], tags: ['B-PER', 'O', 'B-LOC'] }),
  )
  const unlabeled = JSON.stringify({ tokens: ['Gus', 'left', 'London'] })
  writeFileSync(at('half.jsonl'), [rows[0], unlabeled, ...rows.slice(1)].join('\n'))
  const dir = runOn('folded', { train: at('half.jsonl') })
  // Other tests work out of fold at the same time, in the place that all share.
  const temporary = at('temporary')
  mkdirSync(temporary)
  Object.assign(process.env, { TMPDIR: temporary, TEMP: temporary })
  const notes: string[] = []
  const seen = new Set<string>()
  const options = { folds: 2, onNote: (note: Message | Note) => void notes.push(JSON.stringify(note)) }
  const folds = tagOutOfFold(dir, options)
  let next = await folds.next()
  for (; !next.done; next = await folds.next()) for (const name of readdirSync(temporary)) seen.add(name)
  const tagged = next.value
  assert.deepEqual(
    tagged?.sentences.map(({ where, gold }) => [where, gold.length]),
    [1, 3, 4, 5, 6, 7].map(line => [`half.jsonl:${line}`, 2]),
  )
  assert.match(notes.join('\n'), /half\.jsonl.*1 of 7 sentences/)
  assert.ok([...seen].some(name => name.startsWith('nerite-folds-')))
  assert.deepEqual(readdirSync(temporary), [])
})

test('a run without log and metrics, as one trained in memory, has a report', async () => {
  const dir = runOn('in-memory', {}, ['log.jsonl', 'metrics.json'])
  const data = await report(dir, at('dev.conll'), '--tag-column', '2')
  assert.equal(data.evaluation.scores.tokens, 3)
  assert.deepEqual([data.learning, data.lossShares], [undefined, undefined])
  const nameless = runOn('nameless', { train: null, dev: null }, ['log.jsonl', 'metrics.json'])
  const { code, errorCode, places } = await runCli('report', nameless, '--folds', '2')
  assert.deepEqual([code, errorCode, places], [2, 'report/folds', [nameless]])
})

test('a damaged report of the test corpus is made again', async () => {
  const dir = runOn('only-test', { dev: null, test: at('dev.conll'), format: 'conll', tagColumn: 2 })
  const first = await report(dir)
  const path = join(dir, 'report.json')
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -50))
  assert.equal((await runCli('report', dir)).code, 2)
  assert.deepEqual((await report(dir, '--fresh')).evaluation, first.evaluation)
  // Another corpus still has the temperature of the run's own.
  writeFileSync(at('other.conll'), readFileSync(at('dev.conll')))
  const other = await report(dir, at('other.conll'), '--tag-column', '2')
  assert.equal(other.evaluation.calibration?.fittedOn, first.evaluation.calibration?.fittedOn)
})

test('a run in a folder that cannot be written to has a page elsewhere', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async () => {
  const dir = runOn('closed', {})
  rmSync(join(dir, 'report.json'), { force: true })
  chmodSync(dir, 0o500)
  try {
    await report(dir, '--out', at('elsewhere.html'))
    assert.ok(existsSync(at('elsewhere.html')) && !existsSync(join(dir, 'report.json')))
    const { code, errorCode } = await runCli('report', dir)
    assert.deepEqual([code, errorCode], [2, 'output/place'])
  } finally {
    chmodSync(dir, 0o700)
  }
})

test('continued training removes the report of the earlier model', async () => {
  const dir = at('resumed')
  cpSync(trained, dir, { recursive: true })
  await report(dir)
  const resumed = await runCli('train', '--resume', dir, '--training.epochs', '2', '--no-report')
  assert.equal(resumed.code, 0, resumed.stderr)
  assert.ok(!existsSync(join(dir, 'report.html')) && !existsSync(join(dir, 'report.json')))
  const metrics = JSON.parse(readFileSync(join(dir, 'metrics.json'), 'utf8')) as { dev: unknown }
  const { evaluation, learning } = await report(dir)
  assert.deepEqual(evaluation.scores, metrics.dev)
  assert.equal(learning?.total, 2)
})
