/**
 * Run folders from hostile strangers: each is refused in one message, or its results are those of the untouched run.
 * Commands run in child processes, so that a hang, a crash or memory without end is one case's, and fails the test.
 */
import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { plainCorpus } from '../config/schema.js'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'
import { hostileCases } from './testing/hostile-runs/all-cases.js'
import type { CommandResult } from './testing/hostile-runs/command-process.js'
import { Commands, unsoundness } from './testing/hostile-runs/commands.js'
import type { HostileCase, HostileCommand } from './testing/hostile-runs/hostile-case.js'
import { HostileFolder } from './testing/hostile-runs/hostile-folder.js'

const TEXT =
  'Ada Lovelace wrote to Charles Babbage from London on 12 May. The Analytical Society met in Turin.'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
after(() => folder.remove())

/** What a command line prints, as far as it depends on the model alone. */
function essenceOf(command: HostileCommand, stdout: string): unknown {
  if (command !== 'compare') return stdout
  const { runs } = JSON.parse(stdout) as { runs: readonly Record<string, unknown>[] }
  return runs.map(({ precision, recall, f1, accuracy }) => [precision, recall, f1, accuracy])
}

/** What is wrong with how a case ended; `undefined` if it was refused or gave the right results. */
function complaint(each: HostileCase, result: CommandResult | undefined, right: unknown): string | undefined {
  const wrong = unsoundness(result, at('hostile'))
  if (wrong !== undefined || result?.code !== 0) return wrong
  if (each.expected === 'refused') return 'was not refused'
  try {
    assert.deepEqual(essenceOf(each.command, result.stdout), right)
  } catch {
    return 'gave other results'
  }
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
