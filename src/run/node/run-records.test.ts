import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DEFAULTS } from '../../config/defaults.js'
import type { RunMetrics } from '../../train/node/final-files.js'
import { createRunFolder, finishRunFolder, readRunFolder } from './run-folder.js'
import { readLog, readMetrics, readRunConfig, type StoredMetrics } from './run-records.js'

const folder = mkdtempSync(join(tmpdir(), 'nerite-records-'))
after(() => rmSync(folder, { recursive: true }))

function runWith(name: string, files: Readonly<Record<string, string>>) {
  const dir = join(folder, name)
  createRunFolder(dir, {})
  finishRunFolder(dir, files)
  return readRunFolder(dir)
}

test("a run's metrics and log are read, and a run trained in memory has neither", () => {
  // What training writes is what is read.
  const written: RunMetrics = {
    best: { epoch: 3, reason: 'finished', seconds: 2.5 },
    dev: null,
    test: null,
    lossShares: null,
  }
  const expected: StoredMetrics = written
  const full = runWith('full', {
    'metrics.json': JSON.stringify(written),
    'log.jsonl': '{"kind":"start"}\n\n{"kind":"done"}\n',
  })
  assert.deepEqual(readMetrics(full), expected)
  assert.deepEqual(readLog(full), [{ kind: 'start' }, { kind: 'done' }])
  const bare = runWith('bare', {})
  assert.deepEqual([readMetrics(bare), readLog(bare)], [undefined, []])
})

test("a fault in a run's configuration is one message that names the file", () => {
  const config = (training: unknown) => JSON.stringify({ ...DEFAULTS, training })
  const good = runWith('good', { 'config.json': config({ ...DEFAULTS.training, epochs: 3 }) })
  assert.equal(readRunConfig(good).training.epochs, 3)
  const bad = runWith('bad', { 'config.json': config({ ...DEFAULTS.training, epochs: 'many' }) })
  assert.throws(
    () => readRunConfig(bad),
    /^ConfigError: .*bad.config\.json:1: training\.epochs: expected a number, got "many"$/,
  )
})
