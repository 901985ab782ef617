import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ModelFileError } from '../../base/model-file-error.js'
import { resolveConfig } from '../../config/resolve.js'
import { warningEvent } from '../events.js'
import { lineWriter } from '../log-lines.js'
import type { RunMetrics } from '../metrics.js'
import type { StoredRun } from '../stored-run.js'
import { readModel } from './open-model.js'
import { createRunFolder, finishRunFolder } from './run-folder.js'

const DEFAULTS = resolveConfig({})

const folder = mkdtempSync(join(tmpdir(), 'nerite-records-'))
after(() => rmSync(folder, { recursive: true }))

function runWith(name: string, files: Readonly<Record<string, string>>): Promise<StoredRun> {
  const dir = join(folder, name)
  createRunFolder(dir, {})[Symbol.dispose]()
  finishRunFolder(dir, files)
  return readModel(dir)
}

const METRICS: RunMetrics = {
  best: { epoch: 3, reason: 'finished', seconds: 2.5 },
  dev: null,
  test: null,
  lossShares: null,
}

test("a run's metrics and log are read as they were written; a run may have neither", async () => {
  const lines: string[] = []
  const append = lineWriter(line => lines.push(line))
  append(warningEvent({ code: 'odd', where: 'a.conll', message: ['see ', { option: 'tagColumn' }] }))
  append({ kind: 'checkpoint', epoch: 2, step: 0 })
  const full = await runWith('full', {
    'metrics.json': JSON.stringify(METRICS),
    'log.jsonl': `${lines.join('\n')}\n`,
  })
  assert.deepEqual(full.metrics(), METRICS)
  assert.deepEqual(
    full.log().map(event => ({ ...event, time: '' })),
    [
      { time: '', kind: 'warning', code: 'odd', message: 'a.conll: see tagColumn' },
      { time: '', kind: 'checkpoint', epoch: 2, step: 0 },
    ],
  )
  const bare = await runWith('bare', {})
  assert.deepEqual([bare.metrics(), bare.log()], [undefined, []])
})

test('metrics and events of another form are refused with the file, the line and the field', async () => {
  const refused = async (name: string, files: Readonly<Record<string, string>>, pattern: RegExp) => {
    const run = await runWith(name, files)
    assert.throws(
      () => ('metrics.json' in files ? run.metrics() : run.log()),
      (error: unknown) => error instanceof ModelFileError && pattern.test(error.message),
    )
  }
  const best = { ...METRICS.best, epoch: 'three' }
  await refused(
    'metrics',
    { 'metrics.json': JSON.stringify({ ...METRICS, best }) },
    /metrics\.json: best\.epoch:/,
  )
  await refused('cut', { 'metrics.json': '{"best":' }, /metrics\.json: expected JSON/)
  await refused('kind', { 'log.jsonl': '{"kind":"checkpoint"}\n{"kind":"begun"}\n' }, /log\.jsonl:2: kind:/)
  await refused('epoch', { 'log.jsonl': '{"kind":"epoch","epoch":1}\n' }, /log\.jsonl:1: loss:/)
})

test("a fault in a run's configuration is one message that names the file", async () => {
  const config = (training: unknown) => JSON.stringify({ ...DEFAULTS, training })
  const good = await runWith('good', { 'config.json': config({ ...DEFAULTS.training, epochs: 3 }) })
  assert.equal(good.neuralConfig().training.epochs, 3)
  const bad = await runWith('bad', { 'config.json': config({ ...DEFAULTS.training, epochs: 'many' }) })
  assert.throws(
    () => bad.config(),
    /^ConfigError: .*bad.config\.json:1: training\.epochs: expected a whole number from 1 on, or auto, got "many"$/,
  )
})
