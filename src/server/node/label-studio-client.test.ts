import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { labeledInLabelStudio } from './label-studio-client.js'
import { FolderTrainer } from './label-studio-trainer.js'

const CONFIG =
  '<View><Labels name="l" toName="t"><Label value="PER"/></Labels><Text name="t" value="$text"/></View>'
const TOKEN_OF_NOW = 'access-token-of-now'
const PERSONAL = 'aaa.bbb.ccc'
const LEGACY = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00'

const region = (start: number, end: number) => ({
  ...{ from_name: 'l', to_name: 't', type: 'labels', id: `r${start}`, origin: 'manual' },
  value: { start, end, text: '', labels: ['PER'] },
})

/** As `GET /api/projects/7/export?exportType=JSON` answers: places count code points. */
const EXPORT = [
  {
    id: 1,
    data: { text: '😀 Ada wrote.' },
    annotations: [{ id: 11, was_cancelled: false, result: [region(2, 5)] }],
  },
  {
    id: 2,
    data: { text: 'Jim and Ada' },
    // Labeled twice: the later one counts.
    annotations: [
      { id: 15, was_cancelled: false, result: [region(0, 3), region(8, 11)] },
      { id: 12, was_cancelled: false, result: [] },
    ],
  },
  { id: 3, data: { text: 'Skipped' }, annotations: [{ id: 13, was_cancelled: true, result: [] }] },
  { id: 4, data: { text: 'Not labeled' }, annotations: [] },
  { id: 5, data: { text: 'Nobody' }, annotations: [{ id: 14, was_cancelled: false, result: [] }] },
]

/** The parts of Label Studio's API that are asked, with its two kinds of keys. */
async function labelStudio(exported: unknown = EXPORT) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/api/token/refresh') return json(200, { access: TOKEN_OF_NOW })
    const { authorization } = request.headers
    if (authorization !== `Token ${LEGACY}` && authorization !== `Bearer ${TOKEN_OF_NOW}`)
      return json(401, { detail: 'Invalid token.' })
    if (request.url === '/api/projects/7/') return json(200, { id: 7, label_config: CONFIG })
    if (request.url === '/api/projects/7/export?exportType=JSON') return json(200, exported)
    if (request.url === '/api/projects/8/')
      return response.writeHead(302, { location: 'http://example.com' }).end()
    return json(404, {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  }
}

test('labels of a project come with either kind of key: of each task those that it has now', async () => {
  const { url, asked, close } = await labelStudio()
  for (const key of [LEGACY, PERSONAL]) {
    const tasks = await labeledInLabelStudio({ url: `${url}/`, key }, 7)
    assert.deepEqual(tasks, [
      { task: 1, annotation: 11, text: '😀 Ada wrote.', entities: [{ start: 3, end: 6, type: 'PER' }] },
      {
        ...{ task: 2, annotation: 15, text: 'Jim and Ada' },
        entities: [
          { start: 0, end: 3, type: 'PER' },
          { start: 8, end: 11, type: 'PER' },
        ],
      },
      { task: 5, annotation: 14, text: 'Nobody', entities: [] },
    ])
  }
  assert.equal(asked.length, 5)
  close()
})

test('what Label Studio does not say is refused, without its words', async () => {
  const { url, close } = await labelStudio([
    { id: 1, data: { text: 'a' }, annotations: [{ id: 1, result: [region(0, 9)] }] },
  ])
  const cases: readonly (readonly [string, string, number, number])[] = [
    [url, LEGACY, 7, 422],
    [url, 'wrong', 7, 502],
    [url, LEGACY, 9, 502],
    // The key goes nowhere else.
    [url, LEGACY, 8, 502],
    ['http://127.0.0.1:9', LEGACY, 7, 502],
  ]
  for (const [at, key, project, status] of cases)
    await assert.rejects(
      labeledInLabelStudio({ url: at, key }, project),
      (error: { status: number; message: string }) => error.status === status && !error.message.includes(key),
    )
  assert.equal(cases.length, 5)
  close()
})

test('a training learns from what is labeled there now, not from what webhooks brought', async () => {
  const folder = temporaryFolder()
  const tasks = Array.from({ length: 6 }, (_, i) => ({
    ...{ task: i, annotation: i, text: `Ada ${i} wrote` },
    entities: [{ start: 0, end: 3, type: 'PER' }],
  }))
  let answer: (() => void) | undefined
  const trainer = new FolderTrainer({
    ...{ runs: folder.path, from: () => undefined, serve: async () => {}, onNotice: () => {} },
    labeled: () => new Promise(resolve => (answer = () => resolve(tasks))),
  })
  await trainer.keep(7, { ...tasks[0], task: 99 })
  const starting = trainer.start(7)
  await assert.rejects(trainer.start(7), { status: 409 })
  answer?.()
  const job = await starting
  assert.equal(trainer.status(job)?.tasks, 6)
  await trainer.close()
  folder.remove()
})
