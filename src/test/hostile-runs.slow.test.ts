/**
 * Run folders from hostile strangers: each is refused in one message, or its results are those of the untouched run.
 * Commands run in child processes, so that a hang, a crash or memory without end is one case's, and fails the test.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { plainCorpus } from '../config/schema.js'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'
import { hostileCases } from './testing/hostile-runs/all-cases.js'
import type { CommandResult } from './testing/hostile-runs/command-process.js'
import type { HostileCase, HostileCommand } from './testing/hostile-runs/hostile-case.js'
import { HostileFolder } from './testing/hostile-runs/hostile-folder.js'

const PROCESS = fileURLToPath(new URL('./testing/hostile-runs/command-process.js', import.meta.url))
const TEXT =
  'Ada Lovelace wrote to Charles Babbage from London on 12 May. The Analytical Society met in Turin.'
/** Bytes of memory that a process may take, Node.js and ONNX Runtime included. */
const MOST_MEMORY = 500 * 1024 ** 2
/** Milliseconds after which a command counts as hanging: it would never end. */
const HANGS = 120_000

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
after(() => folder.remove())

/** Runs commands in a child process, one after another; a new process where one died or hung. */
class Commands implements Disposable {
  private child?: ChildProcess

  /** @returns `undefined` where the process died or hung */
  async run(args: readonly string[]): Promise<CommandResult | undefined> {
    this.child ??= fork(PROCESS, {
      execArgv: ['--max-old-space-size=400'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const { child } = this
    const result = await new Promise<CommandResult | undefined>(resolve => {
      const timer = setTimeout(resolve, HANGS, undefined)
      const end = (value?: CommandResult) => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(value)
      }
      child.once('message', message => end(message as CommandResult))
      child.once('exit', () => end())
      child.send(args)
    })
    if (!result || result.memory > MOST_MEMORY) this.stop()
    return result
  }

  stop(): void {
    this.child?.kill('SIGKILL')
    this.child = undefined
  }

  [Symbol.dispose](): void {
    this.stop()
  }
}

/** What a command line prints, as far as it depends on the model alone. */
function essenceOf(command: HostileCommand, stdout: string): unknown {
  if (command !== 'compare') return stdout
  const { runs } = JSON.parse(stdout) as { runs: readonly Record<string, unknown>[] }
  return runs.map(({ precision, recall, f1, accuracy }) => [precision, recall, f1, accuracy])
}

/** What is wrong with how a case ended; `undefined` if it was refused or gave the right results. */
function complaint(each: HostileCase, result: CommandResult | undefined, right: unknown): string | undefined {
  if (!result) return 'died or hung'
  const { code, stdout, stderr, memory } = result
  if (memory > MOST_MEMORY) return `took ${Math.round(memory / 1024 ** 2)} MB`
  if (code === 0) {
    if (each.expected === 'refused') return 'was not refused'
    try {
      assert.deepEqual(essenceOf(each.command, stdout), right)
    } catch {
      return 'gave other results'
    }
    return undefined
  }
  const errors = stderr.split('\n').filter(line => line.startsWith('error '))
  if (code !== 2) return `ended with ${code}: ${stderr.slice(0, 600)}`
  if (errors.length === 0 || stdout !== '') return `said nothing, or too much: ${stdout}`
  if (/\n\s+at |RangeError|TypeError|ReferenceError/.test(stderr))
    return `a raw error: ${stderr.slice(0, 600)}`
  if (!stderr.includes(at('hostile'))) return `does not name the file: ${stderr.slice(0, 600)}`
  if (stderr.length > 20_000) return `a message of ${stderr.length} characters`
  return undefined
}

test('hostile run folders: each is refused in one message, or tagged as the untouched run', async () => {
  for (const name of ['train', 'dev']) {
    const sample = readFileSync(new URL(`../../samples/${name}.markup`, import.meta.url), 'utf8')
    writeFileSync(at(`${name}.markup`), sample.split('\n').slice(0, 150).join('\n'))
  }
  const tiny = tinyConfig({ training: { epochs: 8, learningRate: 0.03, batchSize: 8 } })
  const config = {
    ...tiny,
    corpus: { ...tiny.corpus, train: [plainCorpus(at('train.markup'))], dev: at('dev.markup') },
  }
  await trainHere({ config, out: at('run') })
  await trainHere({ config, out: at('unfinished') }, 5)
  using commands = new Commands()
  const argsOf: Readonly<Record<HostileCommand, (dir: string) => readonly string[]>> = {
    predict: dir => ['predict', dir, '--text', TEXT, '--json', '--threads', '1'],
    compare: dir => ['compare', dir, at('run'), '--corpus', at('dev.markup'), '--json'],
    resume: dir => ['train', '--resume', dir, '--no-report'],
    report: dir => ['report', dir, '--out', at('page.html')],
  }
  const right: Partial<Record<HostileCommand, unknown>> = {}
  for (const command of ['predict', 'compare', 'report'] as const) {
    cpSync(at('run'), at('hostile'), { recursive: true })
    const result = await commands.run(argsOf[command](at('hostile')))
    rmSync(at('hostile'), { recursive: true })
    assert.equal(result?.code, 0, result?.stderr)
    right[command] = essenceOf(command, result?.stdout ?? '')
  }
  assert.match(String(right.predict), /"type"/, 'the untouched run finds something')

  const cases = hostileCases(at('run'))
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length, 'every case has its own name')
  const counts = { refused: 0, tagged: 0 }
  const complaints: string[] = []
  for (const each of cases) {
    const source = each.command === 'resume' ? at('unfinished') : at('run')
    each.change(HostileFolder.copyOf(source, at('hostile')))
    const result = await commands.run(argsOf[each.command](at('hostile')))
    const wrong = complaint(each, result, right[each.command])
    if (wrong !== undefined) complaints.push(`${each.name}: ${wrong}`)
    else if (result?.code === 0) counts.tagged++
    else counts.refused++
    rmSync(at('hostile'), { recursive: true, force: true })
  }
  console.log(`${cases.length} folders: ${JSON.stringify(counts)}`)
  assert.deepEqual(complaints, [])
  assert.equal(cases.length, 354)
  assert.equal(counts.refused + counts.tagged, cases.length)
  assert.ok(counts.refused >= 300 && counts.tagged >= 10, JSON.stringify(counts))
})
