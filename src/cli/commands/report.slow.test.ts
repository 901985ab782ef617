import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { entityErrors } from '../../evaluate/entity-errors.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { ReportData } from '../../report/report-data.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { temporaryFolder, tinyConfig } from '../../train/testing/tiny-run.js'
import { tagOutOfFold } from '../../workflows/node/out-of-fold.js'
import { finish, runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const run = join(folder.path, 'run')
const data = join(folder.path, 'data')
const config = tinyConfig({
  encoder: [
    { kind: 'bilstm', hidden: 16 },
    { kind: 'attention', score: { kind: 'multi-head', heads: 2, dim: 8 }, combine: 'residual' },
  ],
  training: { epochs: 6, learningRate: 0.02 },
})

before(async () => {
  // Corpora that can be taken away again.
  mkdirSync(data)
  const copies = { train: join(data, 'train.markup'), dev: join(data, 'dev.markup') }
  writeFileSync(copies.train, readFileSync(config.corpus.train[0].file))
  writeFileSync(copies.dev, readFileSync(config.corpus.dev ?? ''))
  const path = join(folder.path, 'nerite.config.json')
  writeFileSync(path, JSON.stringify({ ...config, corpus: { ...config.corpus, ...copies } }))
  const { code, stderr } = await runCli('train', path, '--out', run)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /report: .*report\.html/)
})
after(folder.remove)

test('training ends with a report and the run stays loadable', async () => {
  const page = readFileSync(join(run, 'report.html'), 'utf8')
  assert.match(page, /Scores on the development corpus/)
  assert.match(page, /Tag probabilities/)
  assert.ok(statSync(join(run, 'report.html')).size < 2_000_000)
  const tagger = await loadTagger(run)
  await tagger.release()
})

test('the report agrees with the scores that training measured', async () => {
  const { code, stdout } = await runCli('report', run, '--fresh', '--json')
  assert.equal(code, 0)
  const report = JSON.parse(stdout) as ReportData
  const metrics = JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8')) as { dev: unknown }
  assert.deepEqual(report.evaluation.scores, metrics.dev)
  assert.equal(report.learning?.epochs.length, config.training.epochs)
  assert.deepEqual(
    report.corpora.map(({ role }) => role),
    ['training', 'development'],
  )
  const attended = report.attention?.sentences.items ?? []
  assert.ok(attended.length > 0)
  for (const { tokens, maps } of attended) {
    assert.deepEqual(
      maps.map(({ name }) => name),
      ['encoder.1, head 1', 'encoder.1, head 2'],
    )
    for (const { perMille } of maps)
      for (const row of perMille) {
        assert.equal(row.length, tokens.length)
        assert.ok(Math.abs(row.reduce((a, b) => a + b, 0) - 1000) <= tokens.length)
      }
  }
  for (const { tokens, perMille, tags } of report.probabilities?.sentences.items ?? []) {
    assert.equal(perMille.length, tokens.length)
    for (const row of perMille) {
      assert.equal(row.length, tags.length + 1)
      const sum = row.reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - 1000) <= row.length, `${sum}`)
    }
  }
  assert.ok((report.probabilities?.sentences.items.length ?? 0) > 10)
})

test('a model that sees few tokens at once shows its attention over the sentences that it sees whole', async () => {
  const short = join(folder.path, 'short')
  const maxTime = 8
  const encoder = [
    {
      kind: 'attention',
      score: { kind: 'multi-head', heads: 2, dim: 4 },
      positions: { kind: 'learned', maxTime },
    },
  ]
  const path = join(folder.path, 'short.config.json')
  writeFileSync(path, JSON.stringify({ ...config, encoder, training: { ...config.training, epochs: 1 } }))
  const trained = await runCli('train', path, '--out', short)
  assert.equal(trained.code, 0, trained.stderr)
  assert.match(trained.stderr, /report: .*report\.html/)
  const { stdout } = await runCli('report', short, '--json')
  const { attention } = JSON.parse(stdout) as ReportData
  const lengths = attention?.sentences.items.map(({ tokens }) => tokens.length) ?? []
  assert.ok(lengths.length > 0 && lengths.every(length => length <= maxTime), `${lengths}`)
})

test('attention is shown for single sentences, not for records of several sentences', async () => {
  const records = join(data, 'records.jsonl')
  const entities = [{ start: 0, end: 3, type: 'PER' }]
  const texts = ['Ada wrote to London. She paid.', 'Ada wrote to London.']
  writeFileSync(records, texts.map(text => `${JSON.stringify({ text, entities })}\n`).join(''))
  const { code, stdout, stderr } = await runCli('report', run, records, '--json')
  assert.equal(code, 0, stderr)
  const { attention } = JSON.parse(stdout) as ReportData
  assert.deepEqual(
    attention?.sentences.items.map(({ tokens }) => tokens.join(' ')),
    ['Ada wrote to London .'],
  )
})

test('the page is made again without the corpora, byte for byte', async () => {
  const before = readFileSync(join(run, 'report.html'))
  const away = join(folder.path, 'away')
  renameSync(data, away)
  rmSync(join(run, 'report.html'))
  const again = await runCli('report', run)
  const fresh = await runCli('report', run, '--fresh')
  renameSync(away, data)
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(readFileSync(join(run, 'report.html')), before)
  assert.deepEqual([fresh.code, fresh.places], [2, [join(data, 'dev.markup')]])
})

test('a folder where the stored report belongs is refused, before anything is measured', async () => {
  const stored = join(run, 'report.json')
  const kept = join(folder.path, 'kept.json')
  const page = readFileSync(join(run, 'report.html'))
  renameSync(stored, kept)
  mkdirSync(stored)
  for (const args of [[], ['--fresh'], [join(data, 'dev.markup')], ['--folds', '2']]) {
    const { code, stdout, stderr, errorCode, places } = await runCli('report', run, ...args)
    assert.deepEqual([code, stdout, errorCode, places], [2, '', 'report/file', [stored]], stderr)
  }
  rmSync(stored, { recursive: true })
  renameSync(kept, stored)
  assert.deepEqual(readFileSync(join(run, 'report.html')), page)
})

test('another corpus has a page of its own, with the temperature of the development corpus', async () => {
  const other = join(data, 'other.markup')
  writeFileSync(other, readFileSync(config.corpus.train[0].file))
  const before = readFileSync(join(run, 'report.json'))
  const { code, stdout, stderr } = await runCli('report', run, other, '--json')
  assert.equal(code, 0, stderr)
  const report = JSON.parse(stdout) as ReportData
  assert.equal(report.evaluation.calibration?.fittedOn, 'dev.markup')
  assert.equal(report.evaluation.chosenOn, false)
  assert.ok(existsSync(join(run, 'report-other.markup.html')))
  assert.deepEqual(readFileSync(join(run, 'report.json')), before)
  const tagger = await loadTagger(run)
  await tagger.release()
})

test('out of fold: every training sentence is tagged by a model that has not seen it', async () => {
  const { result: tagged, events } = await finish(tagOutOfFold(run, { folds: 2 }))
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'fold' || kind === 'done').map(({ kind }) => kind),
    ['fold', 'done', 'fold', 'done'],
  )
  const { sentences } = await loadCorpus(join(data, 'train.markup'))
  assert.equal(tagged?.corpus, 'train.markup')
  assert.deepEqual(
    tagged.sentences.map(({ tokens }) => tokens),
    sentences.map(({ tokens }) => tokens),
  )
  assert.deepEqual(
    tagged.sentences.map(({ gold }) => gold.length),
    sentences.map(({ tags }) => lenientSpans(tags).length),
  )
  const before = readFileSync(join(run, 'report.json'), 'utf8')
  const { code, stdout, stderr } = await runCli('report', run, '--folds', '2', '--json')
  assert.equal(code, 0, stderr)
  const { suspects } = (JSON.parse(stdout) as ReportData).evaluation
  assert.equal(suspects?.by, 'folds')
  assert.equal(suspects.corpus, 'train.markup')
  const doubted = tagged.sentences.flatMap(sentence =>
    entityErrors(sentence).filter(({ predicted }) => (predicted?.score ?? 0) >= suspects.minScore),
  )
  assert.equal(suspects.total, doubted.length)
  assert.notEqual(readFileSync(join(run, 'report.json'), 'utf8'), before)
  const many = await runCli('report', run, '--folds', '90')
  assert.deepEqual([many.code, many.errorCode], [2, 'report/folds'])
})

test('score --html: what labels alone can show', async () => {
  const out = join(folder.path, 'score.html')
  const gold = config.corpus.dev ?? ''
  const { code, stderr } = await runCli(
    'score',
    gold,
    gold,
    '--html',
    out,
    '--train',
    config.corpus.train[0].file,
  )
  assert.equal(code, 0, stderr)
  const page = readFileSync(out, 'utf8')
  assert.match(page, /There are no errors/)
  assert.match(page, /Seen and unseen in training/)
  assert.doesNotMatch(page, /id="calibration"/)
  const refused = await runCli('score', gold, gold, '--html', out, '--conlleval')
  assert.equal(refused.code, 2)
})

test('bad input: one message, exit code 2, no page', async () => {
  const out = join(folder.path, 'none.html')
  const nothing = join(folder.path, 'nothing')
  const none = join(folder.path, 'none.conll')
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[nothing], nothing],
    [[run, none], none],
    [[run, '--fresh', '--train', none], none],
  ]
  for (const [args, place] of cases) {
    const { code, places, stderr } = await runCli('report', ...args, '--out', out)
    assert.deepEqual([code, places], [2, [place]], stderr)
    assert.ok(!existsSync(out))
  }
  const path = join(run, 'report.json')
  const good = readFileSync(path, 'utf8')
  const damages = [
    good.slice(0, -10),
    good.replace('"precision":', '"precisiom":'),
    good.replace('"version":3', '"version":4'),
  ]
  for (const damaged of damages) {
    writeFileSync(path, damaged)
    const { code, errorCode, places, stderr } = await runCli('report', run, '--out', out)
    assert.deepEqual([code, errorCode, places], [2, 'report/file', [path]])
    assert.match(stderr, /--fresh/)
  }
  writeFileSync(path, good)
  assert.equal(cases.length + damages.length, 6)
})
