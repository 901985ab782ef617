import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../config/resolve.js'
import { trainHere } from '../train/testing/tiny-run.js'

const SAMPLES = new URL('../../samples/', import.meta.url).pathname
const RECORDS = 50

test('the first 50 records of the sample are enough to learn from, without any settings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-test-'))
  try {
    const train = join(folder, 'train.markup')
    const lines = readFileSync(join(SAMPLES, 'train.markup'), 'utf8').split('\n')
    const isRecord = (line: string) => line.trim() !== ''
    const end = lines.findIndex((_, i) => lines.slice(0, i).filter(isRecord).length === RECORDS)
    writeFileSync(train, lines.slice(0, end).join('\n'))
    const file = { corpus: { train, dev: join(SAMPLES, 'dev.markup') } }
    const config = resolveConfig({ preset: 'bilstm-crf', file })
    const events = await trainHere({ config, out: join(folder, 'run') })
    const [start] = events.filter(event => event.kind === 'start')
    assert.equal(start.sentences, 41)
    const done = events.at(-1)
    assert.ok(done?.kind === 'done')
    assert.ok((done.best?.f1 ?? 0) > 0.3, `${done.best?.f1}`)
    assert.deepEqual(
      events.flatMap(event => (event.kind === 'warning' ? [event.code] : [])),
      [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
