import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { strFromU8, unzipSync } from 'fflate'
import { WRITTEN } from '../../../corpus/formats.js'
import { readText } from '../../../corpus/read-text.js'
import { openStore } from '../../../label/node/open-store.js'
import { HOSTILE } from '../../../report/testing/hostile.js'
import { EXPORTED } from '../../../studio/review/exported.js'
import { temporaryFolder } from '../../../train/testing/tiny-run.js'
import { createStudio, type Studio } from './create-studio.js'

const folder = temporaryFolder()
let studio: Studio
const open = async () => createStudio({ store: await openStore(folder.path), folder: folder.path })
before(async () => {
  studio = await open()
})
after(async () => {
  await studio.close()
  folder.remove()
})

// biome-ignore lint/suspicious/noExplicitAny: what a server answers, which the tests look into
type Json = Record<string, any>

async function ask(
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Response> {
  const init =
    body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) }
  return studio.fetch(new Request(`http://localhost${path}`, init))
}

async function json(path: string, body?: unknown, method?: string): Promise<Json> {
  const response = await ask(path, body, method)
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`)
  return (await response.json()) as Json
}

async function refused(path: string, body?: unknown, method?: string): Promise<string> {
  const response = await ask(path, body, method)
  assert.ok(!response.ok, path)
  assert.match(response.headers.get('content-type') ?? '', /problem\+json/)
  const { status, code } = (await response.json()) as { status: number; code: string }
  assert.equal(status, response.status)
  assert.ok(status < 500, `${path}: ${status}`)
  return `${status} ${code}`
}

const create = (text: string, query: Record<string, string> = {}) =>
  json(
    `/projects?${new URLSearchParams({ name: 'People', annotator: 'me', types: 'PER, LOC', file: 'a.txt', ...query })}`,
    text,
  )

/** The events of a job until it ends. */
async function eventsOf(job: Json): Promise<Json[]> {
  const response = await ask(`/jobs/${job.id}/events`)
  const text = await response.text()
  return [...text.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => JSON.parse(data) as Json)
}

const NAMES = ['Ada Lovelace', 'Charles Babbage', 'Mary Somerville', 'Grace Hopper', 'Alan Turing']
const CITIES = ['London', 'Lisbon', 'Paris', 'Boston']
/** Sentences with a person and a place each. */
const sentences = Array.from(
  { length: 60 },
  (_, i) => `${NAMES[i % 5]} wrote a letter from ${CITIES[i % 4]} on day ${i}.`,
)

function entitiesIn(text: string) {
  const find = (names: readonly string[], type: string) =>
    names.flatMap(name => {
      const start = text.indexOf(name)
      return start < 0 ? [] : [{ start, end: start + name.length, type }]
    })
  return [...find(NAMES, 'PER'), ...find(CITIES, 'LOC')]
}

const save = (id: string, number: number, entities: unknown, more: Json = {}) =>
  ask(
    `/projects/${id}/documents/${number}/label`,
    { annotator: 'me', state: 'accepted', entities, revision: 0, ...more },
    'PUT',
  )

test('a text becomes a project, sentence by sentence, paragraph by paragraph, or whole', async () => {
  const text = 'Ada wrote. She met Grace.\n\nThey left\r\nfor Rome.'
  for (const [unit, count] of [
    ['sentence', 3],
    ['paragraph', 2],
    ['text', 1],
  ] as const) {
    const { id, progress } = await create(text, { unit })
    assert.equal(progress.documents, count)
    const first = await json(`/projects/${id}/documents/0?annotator=me`)
    assert.ok(text.replaceAll('\r\n', '\n').startsWith(first.text))
  }
})

test('a labeled corpus brings its labels and its types', async () => {
  const { id, types, progress } = await create('[Ada](PERSON) met [Rome](GPE) .\n', {
    file: 'x.markup',
    types: '',
  })
  assert.deepEqual(
    types.map(({ name }: Json) => name),
    ['PERSON', 'GPE'],
  )
  assert.equal(progress.accepted, 1)
  const { label } = await json(`/projects/${id}/documents/0?annotator=me`)
  assert.equal(label.entities.length, 2)
})

test('the labels of a corpus can become suggestions', async () => {
  const { id, progress } = await create('[Ada](PER) met [Rome](LOC) .\n', {
    file: 'x.markup',
    labels: 'suggestions',
  })
  assert.equal(progress.accepted, 0)
  const { label, suggestions } = await json(`/projects/${id}/documents/0?annotator=me`)
  assert.equal(label, null)
  assert.deepEqual(
    suggestions.map(({ source, entities }: Json) => [source, entities.length]),
    [['the file', 2]],
  )
})

test('labels are saved, changed, taken back; what does not fit is refused', async () => {
  const { id } = await create(sentences.slice(0, 4).join('\n'))
  const entities = entitiesIn(sentences[0])
  const saved = (await (await save(id, 0, entities)).json()) as Json
  assert.ok(saved.revision >= 1)
  assert.deepEqual((await json(`/projects/${id}/documents/0?annotator=me`)).label.entities, entities)
  assert.equal((await json(`/projects/${id}/documents/0?annotator=you`)).label, null)
  const put = (body: Json) =>
    refused(
      `/projects/${id}/documents/1/label`,
      { annotator: 'me', state: 'accepted', revision: 0, entities: [], ...body },
      'PUT',
    )
  assert.equal(await put({ entities: [{ start: 0, end: 4000, type: 'PER' }] }), '422 label/entities')
  assert.equal(await put({ entities: [{ start: 0, end: 3, type: 'NONE' }] }), '422 label/entities')
  assert.equal(await put({ entities: [{ start: 0, end: 3 }] }), '422 request/form')
  assert.equal(await put({ state: 'perhaps' }), '422 request/form')
  assert.equal(await put({ annotator: '' }), '422 request/form')
  assert.equal(await put({ more: 1 }), '422 request/form')
  assert.equal(await refused(`/projects/${id}/documents/1/label`, '{"annotator"', 'PUT'), '400 request/json')
  assert.equal(
    await refused(
      `/projects/${id}/documents/0/label`,
      { annotator: 'me', state: 'skipped', entities: [], revision: 0 },
      'PUT',
    ),
    '409 label/changed',
  )
  assert.equal((await ask(`/projects/${id}/documents/0/label?annotator=me`, undefined, 'DELETE')).status, 204)
  assert.equal((await json(`/projects/${id}/documents/0?annotator=me`)).label, null)
  for (const path of ['/projects/none', `/projects/${id}/documents/99?annotator=me`])
    assert.match(await refused(path), /^422 label/)
  for (const path of [
    `/projects/${id}/documents/-1?annotator=me`,
    `/projects/${id}/runs/7/log`,
    '/jobs/99/events',
    '/nothing',
    `/projects/${id}/..%2f..%2fetc/passwd`,
  ])
    assert.match(await refused(path), /^404 /)
})

test('the queue leaves out what is labeled, and takes the order that is asked for', async () => {
  const { id } = await create(sentences.slice(0, 8).join('\n'))
  await save(id, 0, [])
  const queue = await json(`/projects/${id}/queue?annotator=me&mix=corpus&limit=3`)
  assert.equal(queue.left, 7)
  assert.deepEqual(
    queue.documents.map(({ number }: Json) => number),
    [1, 2, 3],
  )
  assert.equal((await json(`/projects/${id}/queue?annotator=you&mix=random`)).left, 8)
  assert.equal(await refused(`/projects/${id}/queue?annotator=me&mix=luck`), '422 request/form')
})

test('the same string, a list and rules suggest labels; nothing on the machine can be named', async () => {
  const { id } = await create(sentences.slice(0, 10).join('\n'))
  const same = await json(`/projects/${id}/same`, { text: 'Ada Lovelace', type: 'PER', annotator: 'me' })
  assert.deepEqual(same, { documents: 2, places: 2 })
  await eventsOf(await json(`/projects/${id}/suggestions`, { type: 'LOC', names: CITIES }))
  await eventsOf(
    await json(`/projects/${id}/suggestions`, { rules: 'rules:\n- {type: PER, regex: "Ch\\\\w+ B\\\\w+"}' }),
  )
  const { sources } = await json(`/projects/${id}`)
  assert.deepEqual(
    sources.map(({ name }: Json) => name),
    ['list of LOC', 'rules', 'same string'],
  )
  const { suggestions } = await json(`/projects/${id}/documents/1?annotator=me`)
  const found = suggestions.flatMap(({ source, entities }: Json) =>
    entities.map(({ start, end }: Json) => `${source}: ${sentences[1].slice(start, end)}`),
  )
  assert.deepEqual(found, ['list of LOC: Lisbon', 'rules: Charles Babbage'])
  assert.equal(await refused(`/projects/${id}/suggestions`, { model: '/etc' }), '404 studio/model')
  const [, ended] = [
    0,
    (
      await eventsOf(
        await json(`/projects/${id}/suggestions`, { rules: 'rules:\n- {type: PER, file: /etc/passwd}' }),
      )
    ).at(-1),
  ]
  assert.equal(ended?.state, 'failed')
  assert.equal((await ask(`/projects/${id}/suggestions?source=rules`, undefined, 'DELETE')).status, 204)
})

test('a run learns from the labels, is measured on what was held out, and suggests labels', async () => {
  const { id } = await create(sentences.join('\n'))
  assert.equal(await refused(`/projects/${id}/runs`, { preset: 'crf' }), '422 label/few')
  for (let i = 0; i < 24; i++) {
    const { text } = await json(`/projects/${id}/documents/${i}?annotator=me`)
    assert.equal(text, sentences[i])
    assert.equal((await save(id, i, entitiesIn(sentences[i]))).status, 200)
  }
  await save(id, 24, entitiesIn(sentences[24]).slice(0, 1), { state: 'partial', readTo: 10 })
  assert.match(await refused(`/projects/${id}/runs`, { preset: 'nonsense' }), /^422 config/)
  assert.equal(await refused(`/projects/${id}/runs`, { from: '../../secret' }), '404 studio/model')
  // Of two that start at once, one does: the other has not touched its files.
  const [starting, busy] = [
    json(`/projects/${id}/runs`, { preset: 'crf' }),
    refused(`/projects/${id}/runs`, { preset: 'hmm' }),
  ]
  assert.equal(await busy, '409 studio/busy')
  const job = await starting
  const events = await eventsOf(job)
  const kinds = new Set(events.map(({ kind }) => kind))
  for (const kind of ['prepared', 'start', 'epoch', 'scored', 'progress', 'ended'])
    assert.ok(kinds.has(kind), kind)
  assert.deepEqual(events.at(-1), { kind: 'ended', state: 'done' })
  assert.equal(events.find(({ kind }) => kind === 'prepared')?.leftOut, 1)
  const { runs, sources } = await json(`/projects/${id}`)
  assert.equal(runs[0].state, 'done')
  assert.ok(runs[0].heldOut >= 2 && runs[0].trained + runs[0].heldOut === 24)
  assert.ok(runs[0].f1 > 0.5, `F1 ${runs[0].f1}`)
  assert.equal(sources[0].name, 'run-1')
  const { suggestions } = await json(`/projects/${id}/documents/30?annotator=me`)
  assert.ok(suggestions[0].surprise >= 0 && suggestions[0].expectedChanges >= 0)
  assert.ok(suggestions[0].entities.length > 0)

  const errors = await json(`/projects/${id}/runs/1/errors`)
  assert.equal(errors.exact.micro.f1, runs[0].f1)
  // What is held out is scored while the run learns, and chooses nothing: the last score is that of the run.
  const { events: logged } = await json(`/projects/${id}/runs/1/log`)
  const epochs = logged.filter(({ kind }: Json) => kind === 'epoch')
  assert.equal(epochs.at(-1).dev.f1, runs[0].f1)
  assert.ok(epochs.length >= 2)

  // A second run, of another recipe: both are compared on the same texts.
  await eventsOf(await json(`/projects/${id}/runs`, { preset: 'hmm' }))
  const compared = await eventsOf(await json(`/projects/${id}/compare`, { models: ['run-1', 'run-2'] }))
  const { comparison } = compared.find(({ kind }) => kind === 'comparison') as Json
  assert.equal(comparison.runs.length, 2)
  assert.equal(comparison.runs[0].f1, runs[0].f1)
  assert.deepEqual(
    (await json(`/projects/${id}`)).sources.map(({ name }: Json) => name),
    ['run-2'],
  )
  const folds = await eventsOf(await json(`/projects/${id}/runs/1/folds`, { folds: 2 }))
  const suspects = folds.find(({ kind }) => kind === 'suspects') as Json
  assert.equal(suspects.sentences, runs[0].trained)
})

test('a training is stopped, the server closed, and the run resumed by the next one', async () => {
  const { id } = await create(sentences.join('\n'))
  for (let i = 0; i < 12; i++) await save(id, i, entitiesIn(sentences[i]))
  const job = await json(`/projects/${id}/runs`, { preset: 'bilstm-crf', epochs: 400 })
  const response = await ask(`/jobs/${job.id}/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let text = ''; !text.includes('event: epoch'); ) text += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  assert.equal((await ask(`/jobs/${job.id}/stop`, {})).status, 202)
  await eventsOf(job)
  assert.equal((await json(`/projects/${id}`)).runs[0].state, 'stopped')
  await studio.close()
  studio = await open()
  const resumed = await json(`/projects/${id}/runs/1/resume`, {})
  const again = await ask(`/jobs/${resumed.id}/events`)
  const more = again.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let text = ''; !text.includes('event: epoch'); ) {
    const { value = '', done } = (await more?.read()) ?? { done: true }
    text += value
    assert.ok(!done, text)
    if (text.includes('event: start')) assert.ok(!text.includes('"resumedFrom":null'), text)
  }
  await more?.cancel()
  await ask(`/jobs/${resumed.id}/stop`, {})
  await eventsOf(resumed)
})

test('annotators agree or not, and a decision counts', async () => {
  const { id } = await create(sentences.slice(0, 3).join('\n'))
  const full = entitiesIn(sentences[0])
  await save(id, 0, full)
  await save(id, 0, full.slice(0, 1), { annotator: 'you' })
  await save(id, 1, entitiesIn(sentences[1]))
  await save(id, 1, entitiesIn(sentences[1]), { annotator: 'you' })
  const { agreement, differences, documents } = await json(`/projects/${id}/agreement?first=me&second=you`)
  assert.equal(agreement.documents, 2)
  assert.equal(agreement.entityF1, 6 / 7)
  assert.deepEqual([differences, documents[0].number], [1, 0])
  assert.equal((await json(`/projects/${id}`)).disputed, 1)
  await save(id, 0, full, { annotator: 'adjudicated' })
  assert.equal((await json(`/projects/${id}`)).disputed, 0)
  const { documents: after } = await json(`/projects/${id}/agreement?first=me&second=you`)
  assert.equal(after[0].adjudicated.entities.length, 2)
})

test('labels are exported in every format, under a harmless name', async () => {
  const { id } = await create(sentences.slice(0, 5).join('\n'), {
    name: '../../<b>"Letters"\u202e'.replace('\u202e', ''),
  })
  assert.equal(await refused(`/projects/${id}/export?format=jsonl`), '409 studio/empty')
  for (let i = 0; i < 3; i++) await save(id, i, entitiesIn(sentences[i]))
  let count = 0
  for (const format of EXPORTED) {
    const response = await ask(`/projects/${id}/export?format=${format}`)
    assert.equal(response.status, 200, format)
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="[\w-]+\.[\w.]+"$/)
    const bytes = new Uint8Array(await response.arrayBuffer())
    assert.ok(bytes.length > 50, format)
    count++
    if (format === 'brat') {
      const files = Object.entries(unzipSync(bytes))
      const texts = files.filter(([name]) => name.endsWith('.txt')).map(([, text]) => strFromU8(text))
      assert.deepEqual(texts.map(text => text.trim()).sort(), sentences.slice(0, 3).sort())
      const found = files.filter(([name]) => name.endsWith('.ann')).map(([, text]) => strFromU8(text))
      assert.match(found.join(''), /^T1\t(PER|LOC) \d+ \d+\t\w/)
    }
    if (format !== 'conll') continue
    const read = []
    for await (const sentence of readText([new TextDecoder().decode(bytes)], 'x.conll')) read.push(sentence)
    assert.equal(read.length, 3)
  }
  assert.ok(count >= 12)
  assert.deepEqual([...EXPORTED].sort(), [...WRITTEN].sort())
  assert.match(await refused(`/projects/${id}/export?format=nonsense`), /^422 corpus/)
})

test('hostile texts, types and names are stored as they are, or refused', async () => {
  let stored = 0
  for (const [i, text] of HOSTILE.entries()) {
    const response = await ask(
      `/projects?${new URLSearchParams({ name: `n${i}`, annotator: 'me', types: 'PER', file: `${text}.txt`.slice(0, 90) })}`,
      `Ada ${text} met\n`,
    )
    if (response.ok) {
      const { id } = (await response.json()) as Json
      assert.ok((await json(`/projects/${id}/documents/0?annotator=me`)).text.startsWith('Ada'))
      stored++
    } else assert.ok(response.status < 500, `${response.status}`)
  }
  assert.ok(stored > 0)
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  const { id } = await create('Ada wrote.')
  assert.match(await refused(`/projects/${id}/documents/0/label`, deep, 'PUT'), /^4/)
  assert.match(
    await refused('/projects?name=x&annotator=me&types=PER&file=x.txt', 'a\0b'),
    /^422 (label\/text|corpus\/encoding)/,
  )
  const bytes = new Uint8Array([0x41, 0xff, 0xfe, 0x80, 0x20, 0x42])
  const invalid = await studio.fetch(
    new Request('http://localhost/projects?name=x&annotator=me&types=PER&file=x.txt', {
      method: 'POST',
      body: bytes,
    }),
  )
  assert.ok(invalid.status < 500)
})
