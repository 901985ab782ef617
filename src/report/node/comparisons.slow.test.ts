import assert from 'node:assert/strict'
import { cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { finishRunFolder } from '../../run/node/run-folder.js'
import { configFrom } from '../../train/node/config-from.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'
import { earlierRun } from './comparisons.js'
import { runReport } from './run-report.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const base = tinyConfig({ training: { epochs: 12, batchSize: 8, learningRate: 0.02 } })

before(() => trainHere({ config: base, out: at('base') }))
after(folder.remove)

/** A copy of the base run that was finished at this second. */
function finishedAt(name: string, second: number, dev = base.corpus.dev): string {
  const dir = at(name)
  cpSync(at('base'), dir, { recursive: true })
  finishRunFolder(dir, { 'config.json': JSON.stringify({ ...base, corpus: { ...base.corpus, dev } }) })
  utimesSync(join(dir, 'manifest.json'), second, second)
  return dir
}

interface Metrics {
  readonly dev: { readonly sentences: number; readonly exact: { readonly micro: { readonly f1: number } } }
}
const metricsOf = (name: string) =>
  JSON.parse(readFileSync(join(at(name), 'metrics.json'), 'utf8')) as Metrics

test('a run is compared with the one beside it that was finished last before it and measured the same corpus', async () => {
  const path = base.corpus.dev ?? ''
  const { sentences, exact } = metricsOf('base').dev
  utimesSync(join(at('base'), 'manifest.json'), 9000, 9000)
  const first = finishedAt('first', 1000)
  finishedAt('second', 2000)
  finishedAt('other-corpus', 3000, at('elsewhere.markup'))
  finishedAt('damaged', 4000)
  writeFileSync(join(at('damaged'), 'manifest.json'), '{')
  utimesSync(join(at('damaged'), 'manifest.json'), 4000, 4000)
  writeFileSync(at('no-run.txt'), '')
  const own = finishedAt('own', 5000)
  finishedAt('later', 6000)
  assert.deepEqual(await earlierRun(own, { path, sentences }), [
    { kind: 'earlier', name: 'second', f1: exact.micro.f1, tagger: 'network: bilstm, crf' },
  ])
  assert.deepEqual(await earlierRun(first, { path, sentences }), [])
  // The same path, but the file has changed since.
  assert.deepEqual(await earlierRun(own, { path, sentences: sentences - 1 }), [])
  const { comparisons } = await runReport(own)
  assert.deepEqual(
    comparisons?.map(({ kind, name }) => [kind, name]),
    [['earlier', 'second']],
  )
})

test('a run that kept types is scored as training scored it: what its corpus does not mark counts as nothing', async () => {
  // The sample with its persons alone marked.
  const persons = (from: string, to: string) =>
    writeFileSync(at(to), readFileSync(from, 'utf8').replace(/\[([^\]]*)\]\((?!PER\))\w+\)/g, '$1'))
  persons(base.corpus.dev ?? '', 'train.markup')
  persons(base.corpus.train[0].file, 'dev.markup')
  const config = await configFrom({
    file: {
      from: { model: at('base'), keepTypes: true },
      corpus: { train: at('train.markup'), dev: at('dev.markup') },
      training: { epochs: 4, batchSize: 8, threads: 1 },
    },
  })
  await trainHere({ config, out: at('kept') })
  const { evaluation, notes, model } = await runReport(at('kept'))
  assert.deepEqual(evaluation.scores, metricsOf('kept').dev)
  assert.deepEqual(Object.keys(evaluation.scores.exact.types), ['PER'])
  assert.match(notes.join('\n'), /dev\.markup does not mark DATE, LOC, ORG/)
  // The card names files without their folders.
  const warnings = model?.warnings.join('\n') ?? ''
  assert.ok(!warnings.includes(folder.path), warnings)
  // The tagger does find what is not counted.
  const tagger = await loadTagger(at('kept'))
  const { sentences } = await loadCorpus(at('dev.markup'))
  const found = new Set((await tagger.tagTokens(sentences)).flatMap(({ tags }) => tags))
  await tagger.release()
  assert.ok(
    [...found].some(tag => tag.endsWith('-LOC')),
    [...found].join(' '),
  )
})
