import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { smallServer, TOKEN } from '../testing/small-server.js'
import { FolderTrainer } from './label-studio-trainer.js'

const labeled = (task: number) => ({
  ...{ task, annotation: task + 100, text: 'Ada 😀' },
  entities: [{ start: 0, end: 3, type: 'PER' }],
})

test('a line that a killed server left half written is lost alone', async () => {
  const folder = temporaryFolder()
  const trainer = () =>
    new FolderTrainer({
      ...{ runs: folder.path, from: () => undefined, serve: async () => {}, onNotice: () => {} },
    })
  const file = join(folder.path, 'label-studio', '7.jsonl')
  await trainer().keep(7, labeled(1))
  appendFileSync(file, Buffer.from(JSON.stringify({ kind: 'labeled', ...labeled(2) })).subarray(0, 40))
  await trainer().keep(7, labeled(3))
  await trainer().keep(7, labeled(4))
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  assert.deepEqual(
    lines.map(line => JSON.parse(line).task),
    [1, 3, 4],
  )
  folder.remove()
})

test('an annotation that is skipped after it was labeled is forgotten', async () => {
  const forgotten: unknown[] = []
  const labelStudio = {
    keep: async () => {},
    forget: async (...what: unknown[]) => void forgotten.push(what),
    start: async () => 'none',
    status: () => undefined,
  }
  const { ask } = await smallServer({ labelStudio, access: { token: TOKEN } })
  const config =
    '<View><Labels name="l" toName="t"><Label value="PER"/></Labels><Text name="t" value="$text"/></View>'
  const event = {
    action: 'ANNOTATION_UPDATED',
    project: { id: 7, label_config: config },
    task: { id: 1, data: { text: 'Ada' } },
    annotation: { id: 101, result: [], was_cancelled: true },
  }
  const response = await ask('/webhook', event, { headers: { authorization: `Bearer ${TOKEN}` } })
  assert.deepEqual(await response.json(), { job: null, status: 'skipped' })
  assert.deepEqual(forgotten, [[7, { annotations: [101] }]])
})
