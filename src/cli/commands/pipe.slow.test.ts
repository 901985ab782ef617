import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'

const NERITE = fileURLToPath(new URL('../../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
const run = join(folder.path, 'run')
before(() =>
  trainHere({ config: tinyConfig({ training: { epochs: 20, batchSize: 4, patience: null } }), out: run }),
)
after(folder.remove)

/** Starts a pipe. What it prints is read only when `take` is called. */
function startPipe(...args: readonly string[]) {
  const child = spawn(process.execPath, [NERITE, 'pipe', run, ...args])
  let stderr = ''
  child.stderr.on('data', (bytes: Buffer) => void (stderr += bytes.toString()))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, ended, stderr: () => stderr }
}

const TEXTS = [
  'Ada Lovelace wrote to Charles Babbage from London.',
  '',
  '😀 Ada\nin Paris',
  'שלום London'.repeat(50),
]
const records = Array.from({ length: 3000 }, (_, i) => ({ id: i, text: TEXTS[i % TEXTS.length] }))

test('thousands of records, bad ones among them, are answered in order as one tagger would', async () => {
  await using tagger = await loadTagger(run)
  const expected = await tagger.tag(TEXTS)
  assert.ok(expected.flat().length > 3)
  for (const workers of ['1', '2']) {
    const { child, ended, stderr } = startPipe('--workers', workers)
    let out = ''
    child.stdout.on('data', (bytes: Buffer) => void (out += bytes.toString()))
    child.stdin.end(
      records.map((record, i) => `${i % 500 === 7 ? '{"id":' : JSON.stringify(record)}\n`).join(''),
    )
    assert.equal(await ended, 0, stderr())
    const lines = out.split('\n')
    assert.equal(lines.pop(), '')
    assert.equal(lines.length, records.length)
    for (const [i, line] of lines.entries()) {
      const answer = JSON.parse(line)
      if (i % 500 === 7) assert.deepEqual([answer.id, typeof answer.error], [null, 'string'])
      else assert.deepEqual(answer, { id: i, offsets: 'utf16', entities: expected[i % TEXTS.length] })
    }
    assert.match(stderr(), /^warning 6 of 3,000 records have an error; the first is record 8: .+\n$/)
    assert.ok(stderr().length < 500)
  }
})

test('a reader that waits stops the pipe from reading, and nothing is lost', async () => {
  const { child, ended } = startPipe()
  const line = `${JSON.stringify({ id: 1, text: TEXTS[3], note: 'x'.repeat(10_000) })}\n`
  let written = 0
  child.stdout.pause()
  while (written < 20_000) {
    written++
    const isFull = !child.stdin.write(line)
    if (!isFull) continue
    const drained = new Promise<boolean>(resolve => child.stdin.once('drain', () => resolve(true)))
    const hasStopped = new Promise<boolean>(resolve => setTimeout(resolve, 3000, false))
    if (!(await Promise.race([drained, hasStopped]))) break
  }
  assert.ok(written < 20_000, `${written} records were read without an answer being taken`)
  child.stdin.end()
  let answers = 0
  child.stdout.on('data', (bytes: Buffer) => void (answers += bytes.toString().split('\n').length - 1))
  child.stdout.resume()
  assert.equal(await ended, 0)
  assert.equal(answers, written)
})

test('a record is answered while the next one is awaited', async () => {
  const { child, ended } = startPipe()
  for (let i = 0; i < 3; i++) {
    const answer = new Promise<string>(resolve => child.stdout.once('data', bytes => resolve(String(bytes))))
    child.stdin.write(i === 1 ? 'nonsense\n' : `{"id":${i},"text":"Ada"}\n`)
    assert.equal(JSON.parse(await answer).id, i === 1 ? null : i)
  }
  child.stdin.end()
  assert.equal(await ended, 0)
})

test('options that go wrong are refused before anything is read', async () => {
  for (const args of [
    ['--keep', 'entities'],
    ['--text-field', 'id'],
    ['--workers', '0'],
    ['--map', 'NONE=PER'],
    ['--offsets', 'bytes'],
  ]) {
    const { child, ended, stderr } = startPipe(...args)
    child.stdin.end()
    assert.equal(await ended, 2, args.join(' '))
    assert.match(stderr(), /^error .+\n$/)
  }
})
