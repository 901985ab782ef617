import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Random } from '../base/random.js'
import type { Config } from '../config/schema.js'
import { readModel } from '../run/node/open-model.js'
import { isUnfinishedRun } from '../run/node/run-folder.js'
import { RunLock } from '../run/node/run-lock.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'

/** More rounds than a test needs can be run by hand. */
const ROUNDS = Number(process.env.NERITE_ROUNDS ?? 8)
const SEED = Number(process.env.NERITE_SEED ?? 1)

const NERITE = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
after(folder.remove)
const at = (name: string) => join(folder.path, name)
const training = { epochs: 4, patience: null }
/** Two trainings that differ in the width of their words, and so in every file. */
const CONFIGS: Readonly<Record<string, Config>> = {
  a: tinyConfig({ training }),
  b: tinyConfig({ training, input: { words: { dim: 10 } } }),
}

interface Ended {
  readonly args: readonly string[]
  readonly status: number | null
  readonly stderr: string
  /** What it was sent, unless it had ended before. */
  readonly signals: readonly Signal[]
}

/** The exit code after a signal that lets a training end in order; `null` where it came before the training began. */
const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: null } as const
type Signal = keyof typeof STOPPED
const SIGNALS = Object.keys(STOPPED) as Signal[]

/** Runs a command after a delay, and sends it signals, each some time after the one before. */
async function run(
  args: readonly string[],
  delay: number,
  signals: readonly { readonly after: number; readonly signal: Signal }[],
): Promise<Ended> {
  await new Promise(resolve => setTimeout(resolve, delay))
  const child = spawn(process.execPath, [NERITE, 'train', ...args])
  let stderr = ''
  child.stderr.on('data', (bytes: Buffer) => void (stderr += bytes.toString()))
  let after = 0
  const timers = signals.map(each => {
    after += each.after
    return setTimeout(() => child.kill(each.signal), after)
  })
  const status = await new Promise<number | null>(resolve => child.on('close', resolve))
  for (const timer of timers) clearTimeout(timer)
  return { args, status, stderr, signals: signals.map(({ signal }) => signal) }
}

/** Which training a folder belongs to, by its configuration; all its other files must agree. No process works there now. */
async function checkWhole(dir: string, models: Readonly<Record<string, Buffer>>): Promise<void> {
  // A process that was killed left its lock, and it must not keep others out.
  RunLock.take(dir)[Symbol.dispose]()
  const { input } = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Config
  const name = input.words.dim === CONFIGS.a.input.words.dim ? 'a' : 'b'
  // One that was stopped goes on, and one that was killed before its first checkpoint begins again.
  if (isUnfinishedRun(dir)) await trainHere({ config: CONFIGS[name], out: dir, resume: true })
  const log = (await readModel(dir)).log()
  assert.deepEqual(
    log.flatMap(event => (event.kind === 'epoch' ? [event.epoch] : [])),
    [1, 2, 3, 4],
  )
  assert.equal(new Set(log.flatMap(event => (event.kind === 'start' ? [event.parameters] : []))).size, 1)
  // The same training gives the same bytes, interrupted or not.
  assert.ok(modelBytes(dir).equals(models[name]), `the model of ${name}`)
  assert.deepEqual(
    readdirSync(dir).filter(file => file.startsWith('.')),
    [],
  )
}

test('two processes on one folder, at random times: one trains, and the folder is never mixed', async () => {
  const random = Random.fromSeed(SEED)
  const models: Record<string, Buffer> = {}
  for (const [name, config] of Object.entries(CONFIGS)) {
    writeFileSync(at(`${name}.json`), JSON.stringify(config))
    await trainHere({ config, out: at(name) })
    models[name] = modelBytes(at(name))
  }
  assert.ok(!models.a.equals(models.b))
  await trainHere({ config: CONFIGS.a, out: at('unfinished') }, 12)
  assert.ok(isUnfinishedRun(at('unfinished')))
  const dir = at('run')
  const commands = [
    ['--resume', dir],
    ['--resume', dir],
    [at('a.json'), '--out', dir, '--force'],
    [at('b.json'), '--out', dir, '--force'],
    [at('b.json'), '--out', dir],
  ]
  const counts = { finished: 0, refused: 0, killed: 0, stopped: 0, checked: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    rmSync(dir, { recursive: true, force: true })
    const before = ['unfinished', 'unfinished', 'a', 'none'][random.below(4)]
    if (before !== 'none') cpSync(at(before), dir, { recursive: true })
    // They meet or follow each other; some are stopped or killed on their way.
    const processes = Array.from({ length: 2 + random.below(2) }, () => {
      const report = random.below(4) === 0 ? [] : ['--no-report']
      const args = [...commands[random.below(commands.length)], ...report]
      const signals = Array.from({ length: Math.max(0, random.below(6) - 3) }, (_, i) => ({
        after: i === 0 ? 200 + random.below(4000) : random.below(300),
        signal: SIGNALS[random.below(SIGNALS.length)],
      }))
      return run(args, random.below(3000), signals)
    })
    const ended = await Promise.all(processes)
    const story = ended
      .map(({ args, status, stderr, signals }) => `${args.join(' ')} ${signals}: ${status}\n${stderr}`)
      .join('\n')
    for (const { status, stderr, signals } of ended) {
      if (status === null) {
        assert.ok(signals.length > 0, story)
        counts.killed++
      } else if (status > 128) {
        assert.ok(
          signals.some(signal => STOPPED[signal] === status),
          story,
        )
        counts.stopped++
      } else if (status === 0) counts.finished++
      else {
        const errors = stderr.split('\n').filter(line => line.startsWith('error'))
        assert.deepEqual([status, errors.length], [2, 1], story)
        assert.ok(!/\n\s+at /.test(stderr), story)
        counts.refused++
      }
    }
    if (existsSync(dir)) {
      await checkWhole(dir, models).catch((error: unknown) => {
        throw new Error(`round ${round}, after ${before}:\n${story}`, { cause: error })
      })
      counts.checked++
    }
  }
  console.log(`${ROUNDS} rounds: ${JSON.stringify(counts)}`)
  assert.ok(counts.checked > ROUNDS / 2, JSON.stringify(counts))
  assert.ok(counts.finished > 0 && counts.refused > 0 && counts.killed > 0, JSON.stringify(counts))
})
