/** A process that saves labels is killed, again and again: what it said was saved is there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Random } from '../../base/random.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { documentOf } from '../testing/store-battery.js'
import { openStore } from './open-store.js'

const folder = temporaryFolder()
after(() => folder.remove())
const ROUNDS = Number(process.env.NERITE_ROUNDS ?? 12)
/** Documents of each round: more than are saved before the process is killed, unless the machine is busy. */
const PART = 40
const script = fileURLToPath(new URL('../testing/saving-process.js', import.meta.url))

/** Saves labels from document `first` on, and is killed once so many are saved. @returns what it said was saved */
function saveUntilKilled(project: string, first: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [script, folder.path, project, String(first), String(PART)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let errors = ''
  child.stderr.on('data', part => (errors += part))
  child.stdout.on('data', part => {
    said += part
    if (said.split('\n').length > count) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.once('close', (_, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(errors))
      // The last line may be cut in the middle.
      else resolve(said.split('\n').slice(0, -1).map(Number))
    })
  })
}

test('kill -9 loses nothing that was said to be saved', async () => {
  const store = await openStore(folder.path)
  const { id } = await store.createProject(
    { name: 'x', types: ['PER'] },
    Array.from({ length: PART * ROUNDS }, () => documentOf('Ada met Grace.')),
    'me',
  )
  await store.close()
  const random = Random.fromSeed(3)
  const saved = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const first = PART * round
    for (const number of await saveUntilKilled(id, first, 1 + random.below(25))) saved.add(number)
    const again = await openStore(folder.path)
    const found = new Map((await again.labels(id)).map(label => [label.document, label]))
    for (const number of saved)
      assert.deepEqual(found.get(number)?.entities, [{ start: 0, end: 3, type: 'PER' }], `document ${number}`)
    // It may have saved one more than it could say.
    assert.ok(found.size >= saved.size && found.size <= saved.size + round + 1)
    await again.close()
  }
  assert.ok(saved.size >= ROUNDS, `${saved.size} labels were saved`)
})
