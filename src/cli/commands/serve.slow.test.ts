import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'

const NERITE = fileURLToPath(new URL('../../../bin/nerite.js', import.meta.url))
const TOKEN = 'a-token-of-tests-0123456789'
const folder = temporaryFolder()
const run = join(folder.path, 'run')
const other = join(folder.path, 'runs', 'other')
const epochs = (count: number) => tinyConfig({ training: { epochs: count, batchSize: 4, patience: null } })

before(async () => {
  mkdirSync(join(folder.path, 'runs'))
  await trainHere({ config: epochs(15), out: run })
  await trainHere({ config: epochs(12), out: other })
})
after(folder.remove)

/** Starts a server, and waits until it listens. */
async function serve(...args: readonly string[]) {
  const all = [NERITE, 'serve', ...args, '--port', '0', '--workers', '1', '--no-studio']
  const child = spawn(process.execPath, all, { env: { ...process.env, NO_COLOR: '1' } })
  let stderr = ''
  const ended = new Promise<number | string | null>(resolve =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )
  const url = await new Promise<string>(resolve => {
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString()
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(stderr) ?? []
      if (found) resolve(found)
    })
    void ended.then(() => resolve(''))
  })
  const ask = async (path: string, body?: unknown, token?: string) => {
    const response = await fetch(`${url}${path}`, {
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  return { child, ended, url, ask, stderr: () => stderr }
}

const until = async (isSo: () => Promise<boolean>) => {
  while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 50))
}

const TEXTS = ['Ada Lovelace wrote to Charles Babbage from London.', '😀 Ada\nin Paris', 'She met Siemens.']

test('a served model finds what the model finds, and a signal lets requests under way end', async () => {
  const server = await serve(run)
  await using tagger = await loadTagger(run, { threads: 1 })
  const { json } = await server.ask('/v1/entities', { texts: TEXTS })
  const results = json.results as { entities: { start: number; type: string }[] }[]
  const expected = await tagger.tag(TEXTS)
  assert.deepEqual(
    results.map(({ entities }) => entities.map(({ start, type }) => [start, type])),
    expected.map(entities => entities.map(({ start, type }) => [start, type])),
  )
  assert.ok(expected.flat().length > 2)
  assert.match(server.stderr(), /token for what changes something: \S{32}\n/)
  const many = Array.from({ length: 1000 }, (_, i) => `${TEXTS[i % 3]} ${i}`)
  const asking = server.ask('/v1/entities', { texts: many })
  await until(async () => /_open 2\n/.test(await (await fetch(`${server.url}/metrics`)).text()))
  server.child.kill('SIGTERM')
  const { status, json: answer } = await asking
  assert.deepEqual([status, (answer.results as object[]).length], [200, 1000])
  assert.equal(await server.ended, 0, server.stderr())
  assert.doesNotMatch(server.stderr(), /Lovelace|Paris|Siemens/, 'no text is logged')
})

test('the first model that was named answers requests that name none, however long it loads', async () => {
  const server = await serve(`large=${run}`, 'b=pii', 'c=numbers')
  const { json } = await server.ask('/v1/models')
  assert.deepEqual(
    (json.models as { name: string }[]).map(({ name }) => name),
    ['large', 'b', 'c'],
  )
  const answer = await server.ask('/v1/entities', { text: TEXTS[0] })
  assert.equal((answer.json.model as { name: string }).name, 'large')
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.stderr())
})

test('a second signal ends the server at once', async () => {
  const server = await serve(run, '--grace', '600')
  // A stream that does not end keeps the server from ending by itself.
  const body = new ReadableStream({
    start: out => out.enqueue(new TextEncoder().encode('{"text":"Ada"}\n')),
  })
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/x-ndjson' },
  }
  const response = await fetch(`${server.url}/v1/entities`, init)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  assert.match(new TextDecoder().decode((await reader.read()).value), /^\{"id":null,"offsets":"utf16"/)
  server.child.kill('SIGTERM')
  await until(async () => /stopping/.test(server.stderr()))
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 143)
  await assert.rejects(reader.read())
})

test('a model is replaced when its folder changes, and when somebody with the token asks', async () => {
  const place = join(folder.path, 'live')
  cpSync(run, place, { recursive: true })
  const options = ['--token', TOKEN, '--runs', join(folder.path, 'runs')]
  const server = await serve(`m=${place}`, ...options)
  const version = async () => (await server.ask('/v1/models/m', undefined, TOKEN)).json.version
  const first = await version()
  let isOver = false
  let answers = 0
  const asking = (async () => {
    while (!isOver) {
      const { status } = await server.ask('/v1/entities', { texts: TEXTS }, TOKEN)
      assert.equal(status, 200)
      answers++
    }
  })()
  cpSync(other, `${place}.new`, { recursive: true })
  renameSync(place, `${place}.old`)
  renameSync(`${place}.new`, place)
  await until(async () => (await version()) !== first)
  const second = await version()
  assert.equal((await server.ask('/v1/models/m', {})).status, 401)
  cpSync(run, join(folder.path, 'runs', 'again'), { recursive: true })
  const asked = await server.ask('/v1/models/m', { from: 'again' }, TOKEN)
  assert.deepEqual([asked.status, asked.json.version], [200, first])
  assert.notEqual(second, first)
  for (const from of ['../run', run, 'none', '.'])
    assert.equal((await server.ask('/v1/models/m', { from }, TOKEN)).status, 422, from)
  mkdirSync(join(folder.path, 'runs', 'empty'))
  assert.equal((await server.ask('/v1/models/m', { from: 'empty' }, TOKEN)).status, 422)
  assert.equal(await version(), first, 'the one before stays')
  isOver = true
  await asking
  assert.ok(answers > 3, `${answers} answers`)
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.stderr())
})

test('START_TRAINING of Label Studio trains from the annotations, and the new model is served', async () => {
  const runs = join(folder.path, 'studio-runs')
  const server = await serve('pii', '--token', TOKEN, '--runs', runs)
  const label_config =
    '<View><Labels name="l" toName="t"><Label value="SHIP"/></Labels><Text name="t" value="$text"/></View>'
  const project = { id: 4, label_config }
  assert.equal((await server.ask('/webhook', { action: 'START_TRAINING', project }, TOKEN)).status, 422)
  const ships = ['Aurora', 'Beagle', 'Cutty', 'Dreadnought', 'Endeavour', 'Fram', 'Golden', 'Hermione']
  for (const [i, ship] of [...ships, ...ships, ...ships].entries()) {
    const text = `The ship ${ship} left port ${i} .`
    const value = { start: 9, end: 9 + ship.length, labels: ['SHIP'], text: ship }
    const result = [{ type: 'labels', from_name: 'l', to_name: 't', value }]
    const annotation = { id: 100 + i, result }
    const event = { action: 'ANNOTATION_CREATED', project, task: { id: i, data: { text } }, annotation }
    assert.equal((await server.ask('/webhook', event, TOKEN)).status, 201)
  }
  const before = (await server.ask('/setup', { project: '4.1', schema: label_config }, TOKEN)).json
  const { json, status } = await server.ask('/webhook', { action: 'START_TRAINING', project }, TOKEN)
  assert.deepEqual([status, json], [201, { job: 'label-studio-4-1', status: 'started' }])
  assert.equal((await server.ask('/webhook', { action: 'START_TRAINING', project }, TOKEN)).status, 409)
  let job: Record<string, unknown> = {}
  await until(async () => {
    job = (await server.ask('/job_status', { job: 'label-studio-4-1' }, TOKEN)).json
    return job.status !== 'running'
  })
  assert.deepEqual([job.status, job.tasks], ['done', 24], `${JSON.stringify(job)} ${server.stderr()}`)
  const after = (await server.ask('/setup', { project: '4.1', schema: label_config }, TOKEN)).json
  assert.notDeepEqual(after, before)
  const tasks = [{ id: 1, data: { text: 'The ship Beagle left port 99 .' } }]
  const predicted = (await server.ask('/predict', { tasks, label_config }, TOKEN)).json
  const [{ result, model_version }] = predicted.results as {
    result: { value: object }[]
    model_version: string
  }[]
  const [{ value }] = result as { value: { start: number; end: number; labels: string[] } }[]
  assert.deepEqual([value.start, value.end, value.labels], [9, 15, ['SHIP']])
  assert.equal(model_version, after.model_version)
  await using trained = await loadTagger(join(runs, 'label-studio-4-1'))
  assert.deepEqual(trained.info.types, ['SHIP'])
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.stderr())
})

test('what cannot be served is refused with one message', async () => {
  const cases: readonly (readonly [args: readonly string[], code: number])[] = [
    [[join(folder.path, 'none')], 2],
    [['a=pii', 'a=numbers'], 2],
    [['pii', '--token', 'short'], 2],
    [['pii', '--token-file', join(folder.path, 'none')], 2],
    [['pii', '--allow-origin', 'example.com'], 2],
    [['pii', '--allow-host', 'http://x'], 2],
    [['pii', '--host', '203.0.113.7'], 2],
  ]
  for (const [args, code] of cases) {
    const server = await serve(...args)
    assert.equal(await server.ended, code, `${args.join(' ')}: ${server.stderr()}`)
    assert.doesNotMatch(server.stderr(), /\n\s+at /, args.join(' '))
  }
  assert.equal(cases.length, 7)
})
