// For CI: runs the demo as a user would, and fails if its scores or its tagged text are wrong.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'nerite-demo-'))
const out = join(folder, 'run')
const nerite = (...args) => {
  const run = spawnSync(process.execPath, [join(root, 'bin/nerite.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`nerite ${args.join(' ')} ended with ${run.status}:\n${run.stderr}`)
  return run.stdout
}

try {
  const began = Date.now()
  const scores = JSON.parse(nerite('demo', '--json', '--out', out))
  const seconds = (Date.now() - began) / 1000
  const { f1 } = scores.exact.micro
  const alone = scores.fromNothing.exact.micro.f1
  console.log(
    `demo: test F1 ${f1.toFixed(4)} over ${scores.exact.micro.gold} entities, ${alone.toFixed(4)} from nothing, in ${seconds.toFixed(0)} s`,
  )
  if (!(f1 >= 0.85)) throw new Error(`the demo's F1 is ${f1}, expected at least 0.85`)
  if (!(alone >= 0.6)) throw new Error(`the demo's F1 from nothing is ${alone}, expected at least 0.60`)
  const text = 'Ada Lovelace wrote to Charles Babbage from London.'
  const [{ entities }] = JSON.parse(nerite('predict', out, '--json', '--text', text))
  for (const { start, end, text: surface } of entities)
    if (text.slice(start, end) !== surface) throw new Error(`offsets ${start}–${end} do not give ${surface}`)
  if (!entities.some(entity => entity.text === 'Charles Babbage' || entity.text === 'London'))
    throw new Error(`neither Charles Babbage nor London was found in: ${text}`)
  console.log(`predict: ${entities.map(({ type, text: surface }) => `${surface} ${type}`).join(', ')}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
